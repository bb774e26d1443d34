#pragma once
#include <ctnn/minimize/descend.hpp>
#include <limits>

namespace ctnn {

namespace minimization {

/// Whether a step shows that the function curves upward along it, so that it tells of the Hessian.
inline bool has_curvature(const Step& step) {
  return dot(step.change, step.gradient_change) >
         std::numeric_limits<double>::epsilon() * length(step.change) * length(step.gradient_change);
}

}  // namespace minimization

/// The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno: learns the inverse of the Hessian, a
/// dense matrix, from the gradients. (Nocedal and Wright, algorithm 6.1.)
struct BFGS {
  WolfeConditions wolfe{};

  class Search {
   public:
    Search(const BFGS&, std::size_t dimension) : inverse_(dimension * dimension), product_(dimension) {}

    void direction(auto&, const minimization::Iterate& now, std::span<double> result) const {
      for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = -(learnt_ ? minimization::dot(row(i), now.gradient) : now.gradient[i]);
    }
    double first_step(const minimization::Iterate& now, double) const {
      return learnt_ ? 1 : 1 / std::fmax(1, minimization::length(now.gradient));
    }
    void learn(const minimization::Iterate& before, const minimization::Iterate& after) {
      const minimization::Step step(before, after);
      if (!has_curvature(step)) return;
      const minimization::Vector &s = step.change, &y = step.gradient_change;
      const double curvature = minimization::dot(s, y);
      if (!learnt_)
        for (std::size_t i = 0; i < s.size(); ++i) row(i)[i] = curvature / minimization::dot(y, y);
      learnt_ = true;
      for (std::size_t i = 0; i < s.size(); ++i) product_[i] = minimization::dot(row(i), y);
      const double scale = (1 + minimization::dot(y, product_) / curvature) / curvature;
      for (std::size_t i = 0; i < s.size(); ++i)
        for (std::size_t k = 0; k < s.size(); ++k)
          row(i)[k] += scale * s[i] * s[k] - (s[i] * product_[k] + product_[i] * s[k]) / curvature;
    }
    bool restart() {
      std::ranges::fill(inverse_, 0.0);
      return std::exchange(learnt_, false);
    }

   private:
    std::span<double> row(std::size_t i) { return std::span(inverse_).subspan(i * size(), size()); }
    std::span<const double> row(std::size_t i) const {
      return std::span(inverse_).subspan(i * size(), size());
    }
    std::size_t size() const { return product_.size(); }

    minimization::Vector inverse_, product_;
    bool learnt_ = false;
  };
};

}  // namespace ctnn
