#pragma once
#include <array>
#include <cmath>
#include <cstddef>

namespace ctnn {

/// Adam with bias correction, as PyTorch's Adam; weight_decay is added to the gradient. (Kingma and Ba, ICLR
/// 2015, algorithm 1.)
struct Adam {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;

  /// First and second moment.
  static constexpr std::size_t slots = 2;

  template <class T>
  struct Constants {
    T step_size, root_correction, beta1, beta2, epsilon, weight_decay;
  };
  template <class T>
  Constants<T> at_step(std::size_t step, T rate) const {
    const double first = 1 - std::pow(beta1, static_cast<double>(step));
    const double second = 1 - std::pow(beta2, static_cast<double>(step));
    return {static_cast<T>(learning_rate / first) * rate,
            static_cast<T>(1 / std::sqrt(second)),
            static_cast<T>(beta1),
            static_cast<T>(beta2),
            static_cast<T>(epsilon),
            static_cast<T>(weight_decay)};
  }

  template <class B, class T>
  static void update(B& parameter, B gradient, std::array<B, slots>& state, const Constants<T>& c) {
    using std::sqrt;
    gradient = gradient + B(c.weight_decay) * parameter;
    B &mean = state[0], &square = state[1];
    mean = B(c.beta1) * mean + B(1 - c.beta1) * gradient;
    square = B(c.beta2) * square + B(1 - c.beta2) * gradient * gradient;
    parameter = parameter - B(c.step_size) * mean / (sqrt(square) * B(c.root_correction) + B(c.epsilon));
  }
};

}  // namespace ctnn
