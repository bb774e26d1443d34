#pragma once
#include <cmath>
#include <eigen3/Eigen/Householder>

namespace ctnn::minimization {

/// Makes all but the last column of a matrix upper triangular by reflections, which the last column undergoes
/// too. (Eigen's decompositions do the same in blocks, and cost a program four seconds of compiling.)
template <class Matrix>
void triangularize(Matrix& matrix) {
  Eigen::VectorXd workspace(matrix.cols());
  for (Eigen::Index k = 0; k + 1 < matrix.cols() && k < matrix.rows(); ++k) {
    const Eigen::Index below = matrix.rows() - k, beside = matrix.cols() - k - 1;
    double factor = 0, diagonal = 0;
    matrix.col(k).tail(below).makeHouseholderInPlace(factor, diagonal);
    matrix.bottomRightCorner(below, beside)
        .applyHouseholderOnTheLeft(matrix.col(k).tail(below - 1), factor, workspace.data());
    matrix(k, k) = diagonal;
    matrix.col(k).tail(below - 1).setZero();
  }
}

/// What Levenberg and Marquardt's method knows where it is: R and Qᵀ residuals of the Jacobian Q R.
/// Variables are measured by the largest derivatives by them so far (Moré, The Levenberg-Marquardt algorithm:
/// implementation and theory, 1978). A template, so that only who uses it compiles it.
template <class Matrix>
class LinearizedResiduals {
  using Numbers = Eigen::VectorXd;

 public:
  void update(const Matrix& jacobian, const Numbers& residuals) {
    const Eigen::Index columns = jacobian.cols();
    gradient_ = jacobian.transpose() * residuals;
    if (scale_.size() == 0) scale_ = Numbers::Zero(columns);
    cosine_ = 0;
    const double length = residuals.norm();
    for (Eigen::Index i = 0; i < columns; ++i) {
      const double derivatives = jacobian.col(i).norm();
      scale_[i] = std::fmax(scale_[i], derivatives);
      if (derivatives > 0 && length > 0)
        cosine_ = std::fmax(cosine_, std::abs(gradient_[i]) / derivatives / length);
    }
    triangle_.resize(jacobian.rows(), columns + 1);
    triangle_.leftCols(columns) = jacobian;
    triangle_.col(columns) = residuals;
    triangularize(triangle_);
    if (triangle_.rows() > columns) triangle_.conservativeResize(columns, Eigen::NoChange);
  }

  /// Half the gradient of the sum of squares.
  const Numbers& gradient() const { return gradient_; }
  /// The largest cosine of an angle between the residuals and their derivatives by one variable.
  double cosine() const { return cosine_; }
  /// Changes of the variables, measured.
  Numbers scaled(const Numbers& changes) const {
    Numbers result = changes;
    for (Eigen::Index i = 0; i < result.size(); ++i) result[i] *= measure(i);
    return result;
  }

  /// The step that minimises |J step + residuals|² + damping |scaled step|².
  Numbers step(double damping) {
    const Eigen::Index rows = triangle_.rows(), columns = triangle_.cols() - 1;
    damped_ = Matrix::Zero(rows + columns, columns + 1);
    damped_.topRows(rows) = triangle_;
    for (Eigen::Index i = 0; i < columns; ++i) damped_(rows + i, i) = std::sqrt(damping) * measure(i);
    triangularize(damped_);
    return -damped_.topLeftCorner(columns, columns)
                .template triangularView<Eigen::Upper>()
                .solve(damped_.col(columns).head(columns));
  }
  /// What is to be added to the last step where the residuals curve: `second` is their second derivative
  /// along it.
  Numbers correction(const Matrix& jacobian, const Numbers& second) const {
    const Eigen::Index columns = jacobian.cols();
    const auto factor = damped_.topLeftCorner(columns, columns).template triangularView<Eigen::Upper>();
    const Numbers right = jacobian.transpose() * second;
    return -0.5 * factor.solve(factor.transpose().solve(right));
  }
  /// |J step|².
  double squared_change(const Numbers& step) const {
    return (triangle_.leftCols(step.size()) * step).squaredNorm();
  }

 private:
  double measure(Eigen::Index i) const { return scale_[i] > 0 ? scale_[i] : 1; }

  Matrix triangle_, damped_;
  Numbers gradient_, scale_;
  double cosine_ = 0;
};

}  // namespace ctnn::minimization
