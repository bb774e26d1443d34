#pragma once
#include <ctnn/minimize/descend.hpp>
#include <eigen3/Eigen/Cholesky>

namespace ctnn {

namespace minimization {

/// What methods share that solve with the Hessian: a method M with solve(hessian, gradient).
template <class M>
class HessianSearch {
 public:
  HessianSearch(const M&, std::size_t dimension) : hessian_(dimension * dimension) {}

  template <class F>
  void direction(Counted<F>& objective, const Iterate& now, std::span<double> result) {
    static_assert(TwiceDifferentiable<F>,
                  "ctnn: Newton's methods need an objective with hessian(x, result): BFGS does without");
    objective.hessian(now.x, hessian_);
    const auto size = static_cast<Eigen::Index>(now.x.size());
    const Eigen::Map<const Eigen::MatrixXd> hessian(hessian_.data(), size, size);
    const Eigen::Map<const Eigen::VectorXd> gradient(now.gradient.data(), size);
    Eigen::Map<Eigen::VectorXd>(result.data(), size) = -M::solve(hessian, gradient);
  }
  double first_step(const Iterate&, double) const { return 1; }
  void learn(const Iterate&, const Iterate&) const {}

 private:
  Vector hessian_;
};

}  // namespace minimization

/// Newton's method, with a search along its direction: a few steps near a minimum. It stops where its
/// direction ascends, and may run into a saddle: SaddleFreeNewton does neither.
struct Newton {
  WolfeConditions wolfe{};
  using Search = minimization::HessianSearch<Newton>;

  template <class Matrix, class Vector>
  static Eigen::VectorXd solve(const Matrix& hessian, const Vector& gradient) {
    return Eigen::LDLT<Eigen::MatrixXd>(hessian).solve(gradient);
  }
};

}  // namespace ctnn
