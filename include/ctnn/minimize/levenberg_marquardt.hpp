#pragma once
#include <cmath>
#include <concepts>
#include <ctnn/minimize/minimization.hpp>
#include <eigen3/Eigen/QR>
#include <limits>
#include <span>
#include <vector>

namespace ctnn {

/// `size()` functions of `dimension()` numbers, whose squares are to add up to little. `residuals(x, result)`
/// writes their values, `jacobian(x, result)` their derivatives: all those by x[0], then all by x[1], …
template <class R>
concept Residuals = requires(R& r, std::span<const double> x, std::span<double> result) {
  { r.dimension() } -> std::convertible_to<std::size_t>;
  { r.size() } -> std::convertible_to<std::size_t>;
  r.residuals(x, result);
  r.jacobian(x, result);
};

/// When least squares end, and how boldly they start. The tolerances do not depend on any unit of measure.
struct LeastSquaresOptions {
  /// For the largest cosine of an angle between the residuals and their derivatives by one variable.
  double gradient_tolerance = 1e-14;
  double step_tolerance = 1e-11;  ///< for the length of a step, as a share of that of the variables, both scaled
  std::size_t iterations = 1000;  ///< the most steps that are tried
  double damping = 1e-3;          ///< of the first step: 0 would make it one of Gauss and Newton
};

namespace minimization {

/// What Levenberg and Marquardt's method knows where it is: the triangle R of the Jacobian, J = Q R, and Qᵀ
/// residuals. Variables are measured by the largest derivatives by them so far (Moré, The Levenberg-Marquardt
/// algorithm: implementation and theory, 1978).
struct LinearizedResiduals {
  Eigen::MatrixXd triangle;
  Eigen::VectorXd residuals, gradient, scale;
  double cosine = 0;

  template <class Jacobian, class Values>
  void update(const Jacobian& jacobian, const Values& values) {
    const Eigen::Index columns = jacobian.cols();
    gradient = jacobian.transpose() * values;
    const Eigen::VectorXd lengths = jacobian.colwise().norm();
    const double length = values.norm();
    if (scale.size() == 0) scale = Eigen::VectorXd::Zero(columns);
    cosine = 0;
    for (Eigen::Index i = 0; i < columns; ++i) {
      scale[i] = std::fmax(scale[i], lengths[i]);
      if (lengths[i] > 0 && length > 0)
        cosine = std::fmax(cosine, std::abs(gradient[i]) / lengths[i] / length);
    }
    if (jacobian.rows() < columns) {
      triangle = jacobian;
      residuals = values;
    } else {
      const Eigen::HouseholderQR<Eigen::MatrixXd> qr(jacobian);
      triangle = qr.matrixQR().topRows(columns).template triangularView<Eigen::Upper>();
      residuals = (qr.householderQ().adjoint() * values).head(columns);
    }
  }
  /// What a variable's changes are measured by.
  Eigen::VectorXd measure() const { return (scale.array() > 0).select(scale, 1); }

  /// The step that minimises |J step + residuals|² + damping |scaled step|².
  Eigen::VectorXd step(double damping) const {
    const Eigen::Index rows = triangle.rows(), columns = triangle.cols();
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(rows + columns, columns);
    matrix.topRows(rows) = triangle;
    matrix.bottomRows(columns).diagonal() = std::sqrt(damping) * measure();
    Eigen::VectorXd right = Eigen::VectorXd::Zero(rows + columns);
    right.head(rows) = -residuals;
    return Eigen::ColPivHouseholderQR<Eigen::MatrixXd>(matrix).solve(right);
  }
};

/// Minimises the sum of the residuals' squares from x, and leaves there what it came to. The damping follows
/// Nielsen, Damping parameter in Marquardt's method, 1999.
template <Residuals R>
Minimization levenberg_marquardt(R& function, std::span<double> x, const LeastSquaresOptions& options) {
  using Numbers = Eigen::VectorXd;
  const auto rows = static_cast<Eigen::Index>(function.size()), columns = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd jacobian(rows, columns);
  Numbers values(rows), next_values(rows), now = Eigen::Map<Numbers>(x.data(), columns), next;
  Minimization result;
  LinearizedResiduals linear;
  double value = 0, damping = options.damping, growth = 2;

  const auto evaluate = [&](const Numbers& at, Numbers& to) {
    ++result.evaluations.value;
    function.residuals({at.data(), x.size()}, {to.data(), function.size()});
    return to.squaredNorm();
  };
  const auto linearize = [&] {
    ++result.evaluations.gradient;
    function.jacobian({now.data(), x.size()}, {jacobian.data(), x.size() * function.size()});
    linear.update(jacobian, values);
    return linear.gradient.allFinite();
  };
  const auto finish = [&](Stopped reason) {
    Eigen::Map<Numbers>(x.data(), columns) = now;
    result.value = value;
    result.gradient_norm = 2 * linear.gradient.template lpNorm<Eigen::Infinity>();
    result.stopped = reason;
    return result;
  };

  value = evaluate(now, values);
  if (!linearize() || !std::isfinite(value)) return finish(Stopped::value_not_finite);
  while (linear.cosine > options.gradient_tolerance) {
    if (result.iterations == options.iterations) return finish(Stopped::iterations_used_up);
    ++result.iterations;
    const Numbers step = linear.step(damping), scaled = linear.measure().cwiseProduct(step);
    const bool small = scaled.norm() <= options.step_tolerance * linear.measure().cwiseProduct(now).norm();
    next = now + step;
    const double next_value = evaluate(next, next_values);
    const double promised = (linear.triangle * step).squaredNorm() + 2 * damping * scaled.squaredNorm();
    // Where no more is promised than rounding takes, the step is still right.
    const double rounding = 512 * std::numeric_limits<double>::epsilon() * value;
    const bool at_the_end = promised <= rounding && next_value <= value + rounding;
    const double ratio = at_the_end ? 1 : (value - next_value) / promised;
    if (ratio > 1e-4) {
      std::swap(now, next);
      std::swap(values, next_values);
      value = next_value;
      if (!linearize()) return finish(Stopped::value_not_finite);
      damping *= std::fmax(1.0 / 3, 1 - std::pow(2 * ratio - 1, 3));
      growth = 2;
    } else {
      damping = std::fmax(damping, 1e-16) * growth;
      growth *= 2;
    }
    if (small) return finish(Stopped::step_small);
  }
  return finish(Stopped::gradient_small);
}

}  // namespace minimization
}  // namespace ctnn
