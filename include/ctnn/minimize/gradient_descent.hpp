#pragma once
#include <ctnn/minimize/descend.hpp>
#include <functional>

namespace ctnn {

/// Goes against the gradient, by a fixed multiple of it. It converges where that is less than 2 by the
/// Hessian's largest eigenvalue.
struct GradientDescent {
  double learning_rate = 1e-3;

  class Search {
   public:
    Search(const GradientDescent& method, std::size_t) : learning_rate_(method.learning_rate) {}
    void direction(auto&, const minimization::Iterate& now, std::span<double> result) const {
      std::ranges::transform(now.gradient, result.begin(), std::negate{});
    }
    double first_step(const minimization::Iterate&, double) const { return learning_rate_; }
    void learn(const minimization::Iterate&, const minimization::Iterate&) const {}

   private:
    double learning_rate_;
  };
};

}  // namespace ctnn
