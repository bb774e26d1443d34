#pragma once
#include <cmath>
#include <ctnn/layers.hpp>
#include <ctnn/ops.hpp>
#include <numbers>
#include <type_traits>

/// An elementwise primitive of one's own: the error function, and a layer that uses it.
namespace own {

/// erf(x) = 2 / sqrt(π) · e^-x² · Σ 2ⁿ x^(2n + 1) / (1 · 3 · … · (2n + 1)), where the compiler evaluates it.
constexpr double error_function_series(double x) {
  if (x > 6 || x < -6) return x > 0 ? 1 : -1;
  double term = x, sum = x;
  for (int n = 1; n < 200; ++n) sum += term *= 2 * x * x / (2 * n + 1);
  return 2 * std::numbers::inv_sqrtpi * ctnn::scalar::exp(-x * x) * sum;
}

struct ErrorFunction {
  static constexpr std::string_view name = "own::error_function";
  static constexpr std::size_t arity = 1;
  // Much more work than a load: an adjoint that needs it again reads it back.
  static constexpr bool costly = true;

  // T is float, double or a SIMD batch of them, which brings its erf along.
  template <class T>
  static constexpr T value(const T& x) {
    if constexpr (std::is_floating_point_v<T>)
      if (std::is_constant_evaluated()) return static_cast<T>(error_function_series(double{x}));
    using std::erf;
    return erf(x);
  }

  // u times the derivative, 2 / sqrt(π) · e^-x².
  static constexpr ctnn::Value derivative(const ctnn::Application& at, std::size_t, ctnn::Value u) {
    const ctnn::Value x = at.operands[0];
    return u * (2 * std::numbers::inv_sqrtpi * exp(-(x * x)));
  }
};

inline constexpr ctnn::Primitive error_function = ctnn::elementwise_primitive<ErrorFunction>();

constexpr ctnn::Value erf(ctnn::Value x) {
  return ctnn::apply_elementwise(error_function, {x});
}

/// x Φ(x), with Φ the normal distribution function: PyTorch's GELU. (Hendrycks and Gimpel, 2016.)
struct Gelu {
  static constexpr ctnn::Value lower(ctnn::Builder&, ctnn::Value x) {
    return 0.5 * x * (1.0 + erf(x / std::numbers::sqrt2));
  }
};

}  // namespace own

template <>
struct ctnn::Definition<&own::error_function> : own::ErrorFunction {};
