#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <ctnn/minimize/minimization.hpp>
#include <limits>
#include <span>
#include <vector>

namespace ctnn {

/// A function of `dimension()` numbers to minimise. `value_and_gradient(x, gradient)` returns the value at x
/// and writes the gradient. One that computes in less than double says how it rounds, as a constant
/// `epsilon`.
template <class F>
concept Objective = requires(F& f, std::span<const double> x, std::span<double> gradient) {
  { f.dimension() } -> std::convertible_to<std::size_t>;
  { f.value_and_gradient(x, gradient) } -> std::convertible_to<double>;
};

/// An objective with second derivatives: `hessian(x, result)` writes all of the symmetric matrix.
template <class F>
concept TwiceDifferentiable = Objective<F> &&
    requires(F& f, std::span<const double> x, std::span<double> result) {
  f.hessian(x, result);
};

namespace minimization {

using Vector = std::vector<double>;

inline double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
inline double length(std::span<const double> a) {
  return std::sqrt(dot(a, a));
}
/// The largest absolute element; not a number if one is not.
inline double largest(std::span<const double> a) {
  double result = 0;
  for (double x : a)
    if (!(std::abs(x) <= result)) result = std::isnan(result) ? result : std::abs(x);
  return result;
}
/// y + scale · x, to y.
inline void add_scaled(double scale, std::span<const double> x, std::span<double> y) {
  for (std::size_t i = 0; i < x.size(); ++i) y[i] += scale * x[i];
}

/// Where a minimisation is, and what is known there.
struct Iterate {
  Vector x, gradient;
  double value = 0;

  bool is_finite() const { return std::isfinite(value) && std::isfinite(largest(gradient)); }
};

/// From one iterate to the next.
struct Step {
  Vector change, gradient_change;

  Step(const Iterate& before, const Iterate& after) : change(after.x), gradient_change(after.gradient) {
    add_scaled(-1, before.x, change);
    add_scaled(-1, before.gradient, gradient_change);
  }
};

/// An objective that counts what it is asked for.
template <Objective F>
class Counted {
 public:
  static constexpr double epsilon = [] {
    if constexpr (requires { F::epsilon; })
      return double{F::epsilon};
    else
      return std::numeric_limits<double>::epsilon();
  }();

  explicit Counted(F& objective) : objective_(objective) {}

  std::size_t dimension() const { return objective_.dimension(); }
  void evaluate(Iterate& at) {
    ++evaluations_.value;
    ++evaluations_.gradient;
    at.gradient.resize(at.x.size());
    at.value = objective_.value_and_gradient(at.x, at.gradient);
  }
  void hessian(std::span<const double> x, std::span<double> result) requires(TwiceDifferentiable<F>) {
    ++evaluations_.hessian;
    objective_.hessian(x, result);
  }
  const Evaluations& evaluations() const { return evaluations_; }

 private:
  F& objective_;
  Evaluations evaluations_;
};

}  // namespace minimization
}  // namespace ctnn
