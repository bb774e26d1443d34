#pragma once
#include <ctnn/core/math/exponential.hpp>
#include <ctnn/core/math/polynomial.hpp>

/// Logarithms and what is made of them, for the compiler.
namespace ctnn::scalar {

/// log(1 + x) for 1 / √2 <= 1 + x <= √2, by the series 2 (s + s³ / 3 + …) with s = x / (2 + x).
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> log1p_series(const DoubleWord<T>& x) {
  DoubleWord<T> divisor = ordered_sum(T(2), x.high);
  divisor.low = divisor.low + x.low;
  const T reciprocal = T(1) / divisor.high, quotient = x.high * reciprocal;
  const DoubleWord<T> product = exact_product(quotient, divisor.high);
  const T remainder = ((x.high - product.high) - product.low) + (x.low - quotient * divisor.low);
  const DoubleWord<T> s = ordered_sum(quotient, T(remainder * reciprocal)), square = s * s;
  const T rest = polynomial(square.high, {1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17,
                                          1.0 / 19, 1.0 / 21, 1.0 / 23, 1.0 / 25, 1.0 / 27});
  const DoubleWord<T> third = square * widen<T>(ratio(1.0, 3.0));
  const DoubleWord<T> cubic = s * ordered_sum(third.high, T(third.low + square.high * square.high * rest));
  const DoubleWord<T> sum = ordered_sum(s.high, cubic.high);
  return twice(ordered_sum(sum.high, T(sum.low + (s.low + cubic.low))));
}

namespace constant_evaluated {

constexpr double root_of_half = 0x1.6a09e667f3bcdp-1;

/// The k for which 2^-k · x is in [1 / √2, √2).
constexpr int nearest_exponent(double x) {
  const int k = exponent(x);
  return scale(x, -k) < 2 * root_of_half ? k : k + 1;
}

/// log(1 + x) of a number that is known to more than its word, x > -1.
constexpr DoubleWord<double> log1p(const DoubleWord<double>& x) {
  if (x.high > -0.25 && x.high < 0.375) return log1p_series(x);
  const DoubleWord<double> sum = x + 1.0;
  const int k = nearest_exponent(sum.high);
  return times_ln2(k) + log1p_series(scale(sum, -k) + -1.0);
}

constexpr DoubleWord<double> log(const DoubleWord<double>& x) {
  const int k = nearest_exponent(x.high);
  return times_ln2(k) + log1p_series(scale(x, -k) + -1.0);
}

constexpr bool is_positive_and_finite(double x) {
  return x > 0 && x < infinity;
}
/// log x to any base where it isn't finite.
constexpr double log_at_edge(double x) {
  return x == 0 ? -infinity : x < 0 ? nan : x;
}

constexpr double log(double x) {
  return is_positive_and_finite(x) ? log(DoubleWord<double>{x, 0}).high : log_at_edge(x);
}

constexpr double log2(double x) {
  if (!is_positive_and_finite(x)) return log_at_edge(x);
  const int k = nearest_exponent(x);
  return (log1p_series(DoubleWord<double>{scale(x, -k) - 1, 0}) * log2_of_e + double(k)).high;
}

constexpr double log10(double x) {
  return is_positive_and_finite(x) ? (log(DoubleWord<double>{x, 0}) * log10_of_e).high : log_at_edge(x);
}

constexpr double log1p(double x) {
  if (!(magnitude(x) > tiny) || x == infinity) return x;
  if (x <= -1) return x == -1 ? -infinity : nan;
  return log1p(DoubleWord<double>{x, 0}).high;
}

constexpr double asinh(double x) {
  const double positive = magnitude(x);
  if (!(positive > 0x1p-28) || positive == infinity) return x;
  if (positive > 0x1p30) return with_sign((log(DoubleWord<double>{positive, 0}) + ln2).high, x);
  // x + √(1 + x²) = 1 + x + x² / (1 + √(1 + x²)).
  const DoubleWord<double> square = exact_product(positive, positive);
  return with_sign(log1p(square / (sqrt(square + 1.0) + 1.0) + positive).high, x);
}

constexpr double acosh(double x) {
  if (x < 1) return nan;
  if (!(x < infinity)) return x;
  if (x > 0x1p30) return (log(DoubleWord<double>{x, 0}) + ln2).high;
  const DoubleWord<double> above{x - 1, 0};
  return x == 1 ? 0 : log1p(above + sqrt(above * exact_sum(x, 1.0))).high;
}

constexpr double atanh(double x) {
  const double positive = magnitude(x);
  if (!(positive > 0x1p-28)) return x;
  if (positive >= 1) return positive == 1 ? with_sign(infinity, x) : nan;
  return with_sign(log1p(DoubleWord<double>{2 * positive, 0} / exact_sum(1.0, -positive)).high / 2, x);
}

}  // namespace constant_evaluated
}  // namespace ctnn::scalar
