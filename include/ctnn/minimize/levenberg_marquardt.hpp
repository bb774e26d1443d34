#pragma once
#include <cmath>
#include <concepts>
#include <ctnn/minimize/linearized_residuals.hpp>
#include <ctnn/minimize/minimization.hpp>
#include <limits>
#include <span>
#include <stdexcept>
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
  double step_tolerance =
      1e-11;  ///< for the length of a step, as a share of that of the variables, both scaled
  std::size_t iterations = 1000;  ///< the most steps that are tried
  double damping = 1e-3;          ///< of the first step: 0 would make it one of Gauss and Newton
};

namespace minimization {

/// Minimises the sum of the residuals' squares from x, and leaves there what it came to. The damping follows
/// Nielsen, Damping parameter in Marquardt's method, 1999; steps are bent as the residuals curve (Transtrum
/// and Sethna, Improvements to the Levenberg-Marquardt algorithm for nonlinear least-squares minimization,
/// 2012).
template <Residuals R>
Minimization levenberg_marquardt(R& function, std::span<double> x, const LeastSquaresOptions& options) {
  if (function.size() == 0) throw std::invalid_argument("least_squares: there are no residuals");
  using Numbers = Eigen::VectorXd;
  const auto rows = static_cast<Eigen::Index>(function.size()), columns = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd jacobian(rows, columns);
  Numbers values(rows), next_values(rows), now = Eigen::Map<Numbers>(x.data(), columns), next;
  Minimization result;
  LinearizedResiduals<Eigen::MatrixXd> linear;
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
    return linear.gradient().allFinite();
  };
  // The step, bent by the residuals' second derivative along it, as a difference; false if it is not short
  // enough for that.
  const auto bend = [&](const Numbers& step, double length) {
    constexpr double share = 0.1;
    next = now + share * step;
    evaluate(next, next_values);
    const Numbers second = 2 / share * ((next_values - values) / share - jacobian * step);
    const Numbers correction = linear.correction(jacobian, second);
    next = now + step + correction;
    return linear.scaled(correction).norm() <= 0.375 * length;
  };
  const auto finish = [&](Stopped reason) {
    Eigen::Map<Numbers>(x.data(), columns) = now;
    result.value = value;
    result.gradient_norm = 2 * linear.gradient().cwiseAbs().maxCoeff();
    result.stopped = reason;
    return result;
  };

  value = evaluate(now, values);
  if (!linearize() || !std::isfinite(value)) return finish(Stopped::value_not_finite);
  while (linear.cosine() > options.gradient_tolerance) {
    if (result.iterations == options.iterations) return finish(Stopped::iterations_used_up);
    ++result.iterations;
    const Numbers step = linear.step(damping);
    const double length = linear.scaled(step).norm(), size = linear.scaled(now).norm();
    const double promised = linear.squared_change(step) + 2 * damping * length * length;
    // Where no more is promised than rounding takes, the step is still right. What a residual is the
    // difference of is about as large as the scaled variables.
    const double rounding =
        std::numeric_limits<double>::epsilon() * (16 * value + 4 * std::sqrt(value) * size);
    const bool at_the_end = promised <= rounding;
    next = now + step;
    const bool usable = at_the_end || bend(step, length);
    const double next_value = usable ? evaluate(next, next_values) : value;
    const bool small = length <= options.step_tolerance * size;
    const double ratio = at_the_end && next_value <= value + rounding ? 1 : (value - next_value) / promised;
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
