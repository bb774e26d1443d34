#pragma once
#include <ctnn/minimize/descend.hpp>

namespace ctnn {

namespace minimization {

/// β of Fletcher and Reeves: the share of the last direction that stays in the next.
struct FletcherReevesShare {
  static double share(const Iterate& before, const Iterate& after) {
    return dot(after.gradient, after.gradient) / dot(before.gradient, before.gradient);
  }
};
/// β of Polak and Ribière, but none that is negative.
struct PolakRibiereShare {
  static double share(const Iterate& before, const Iterate& after) {
    const double product = dot(after.gradient, after.gradient) - dot(after.gradient, before.gradient);
    return std::fmax(0, product / dot(before.gradient, before.gradient));
  }
};

}  // namespace minimization

/// Nonlinear conjugate gradient: memory of a few vectors, and on a quadratic function at most as many steps
/// as there are variables. (Nocedal and Wright, algorithm 5.4.) Starts anew, along the gradient, after that
/// many steps and where a direction does not descend.
template <class Share>
struct ConjugateGradient {
  WolfeConditions wolfe{.curvature = 0.01};

  class Search {
   public:
    Search(const ConjugateGradient&, std::size_t dimension) : last_(dimension) {}

    void direction(auto&, const minimization::Iterate& now, std::span<double> result) {
      for (std::size_t i = 0; i < last_.size(); ++i)
        result[i] = last_[i] = share_ * last_[i] - now.gradient[i];
    }
    /// At first of length 1 or less; then as far as the last step would go down at this slope.
    double first_step(const minimization::Iterate& now, double slope) const {
      return descent_ < 0 ? descent_ / slope : 1 / std::fmax(1, minimization::length(now.gradient));
    }
    void learn(const minimization::Iterate& before, const minimization::Iterate& after) {
      descent_ = minimization::dot(minimization::Step(before, after).change, before.gradient);
      share_ = ++steps_ % last_.size() == 0 ? 0 : Share::share(before, after);
    }
    bool restart() { return std::exchange(share_, 0.0) != 0; }

   private:
    minimization::Vector last_;
    double share_ = 0, descent_ = 0;
    std::size_t steps_ = 0;
  };
};

/// With the β of Fletcher and Reeves.
using FletcherReeves = ConjugateGradient<minimization::FletcherReevesShare>;
/// With the β of Polak and Ribière where that is positive: rarely worse, and recovers from bad directions.
using PolakRibiere = ConjugateGradient<minimization::PolakRibiereShare>;

}  // namespace ctnn
