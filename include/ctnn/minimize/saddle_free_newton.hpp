#pragma once
#include <ctnn/minimize/newton.hpp>
#include <eigen3/Eigen/Eigenvalues>

namespace ctnn {

/// Newton's method with the absolute values of the Hessian's eigenvalues: always descends, and leaves
/// saddles, where negative curvature leads down. (Dauphin et al., Identifying and attacking the saddle point
/// problem in high-dimensional non-convex optimization, 2014.)
struct SaddleFreeNewton {
  WolfeConditions wolfe{};
  using Search = minimization::HessianSearch<SaddleFreeNewton>;

  template <class Matrix, class Vector>
  static Eigen::VectorXd solve(const Matrix& hessian, const Vector& gradient) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(hessian);
    const Eigen::VectorXd sizes = solver.eigenvalues().cwiseAbs();
    // An eigenvalue of zero would lead infinitely far.
    const double least = sizes.maxCoeff() > 0 ? 1e-12 * sizes.maxCoeff() : 1;
    return solver.eigenvectors() *
           (solver.eigenvectors().transpose() * gradient).cwiseQuotient(sizes.cwiseMax(least));
  }
};

}  // namespace ctnn
