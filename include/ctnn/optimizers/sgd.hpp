#pragma once
#include <array>
#include <cstddef>

namespace ctnn {

/// Stochastic gradient descent, as PyTorch's SGD: with g the gradient plus weight_decay times the parameter,
/// the velocity becomes momentum · v + g, and the parameter moves against it by learning_rate (Nesterov:
/// against g + momentum · v). (Sutskever, Martens, Dahl and Hinton, ICML 2013; the first step, from v = 0, is
/// PyTorch's too.)
struct SGD {
  double learning_rate = 1e-3;
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;

  /// Slots of state per parameter.
  static constexpr std::size_t slots = 1;
  /// Whether a step reads what the one before left in the slots; if not, they are not touched.
  constexpr bool remembers() const { return momentum != 0; }

  /// The numbers that one step needs besides the parameters', computed once: `step` counts from 1.
  template <class T>
  struct Constants {
    T learning_rate, momentum, weight_decay;
    bool nesterov;
  };
  template <class T>
  Constants<T> at_step(std::size_t, T rate) const {
    return {static_cast<T>(learning_rate) * rate, static_cast<T>(momentum), static_cast<T>(weight_decay),
            nesterov};
  }

  /// Moves one parameter, or a SIMD batch of them.
  template <class B, class T>
  static void update(B& parameter, B gradient, std::array<B, slots>& state, const Constants<T>& c) {
    gradient = gradient + B(c.weight_decay) * parameter;
    B& velocity = state[0];
    velocity = B(c.momentum) * velocity + gradient;
    const B direction = c.nesterov ? gradient + B(c.momentum) * velocity : velocity;
    parameter = parameter - B(c.learning_rate) * direction;
  }
};

}  // namespace ctnn
