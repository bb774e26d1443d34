#pragma once
#include <array>
#include <ctnn/core/math/exponential.hpp>

/// The error function and its complement, for the compiler.
namespace ctnn::scalar::constant_evaluated {

/// 2 / (2i + 3).
inline constexpr auto error_ratios = [] {
  std::array<DoubleWord<double>, 13> result{};
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = ratio(2.0, 2.0 * static_cast<double>(i) + 3);
  return result;
}();

/// √π / 2 · e^(x²) · erf x / x = 1 + 2x²/3 (1 + 2x²/5 (…)), for 0 <= x <= 2. No term is negative.
constexpr DoubleWord<double> error_series(const DoubleWord<double>& square) {
  double rest = 1;
  for (int n = 77; n > 27; n -= 2) rest = 1 + rest * 2 * square.high / n;
  DoubleWord<double> sum{rest, 0};
  for (std::size_t i = error_ratios.size(); i-- > 0;) sum = square * sum * error_ratios[i] + 1.0;
  return sum;
}

/// e^-x² as a number that a power of two makes fit.
constexpr Exponential gaussian(double x) {
  return Exponential(-exact_product(x, x));
}

constexpr DoubleWord<double> error_function(double x) {
  return error_series(exact_product(x, x)) * gaussian(x).word() * x * two_by_sqrt_pi;
}

/// √π / 2 · e^(x²) · erfc x for x > 2, by Laplace's continued fraction.
constexpr double complement_fraction(double x) {
  double denominator = x;
  for (int n = 70; n > 0; --n) denominator = x + 0.5 * n / denominator;
  return 0.5 / denominator;
}

/// erfc x for x > 2.
constexpr double complement(double x) {
  if (x > 27.3) return 0;
  const Exponential e = gaussian(x);
  const DoubleWord<double> mantissa = e.mantissa() * two_by_sqrt_pi * complement_fraction(x);
  return scale(mantissa.high, e.exponent);
}

constexpr double erf(double x) {
  const double positive = magnitude(x);
  if (x != x) return x;
  if (!(positive > 0x1p-28)) return x * two_by_sqrt_pi.low + x * two_by_sqrt_pi.high;
  if (positive > 6) return with_sign(1, x);
  return with_sign(positive > 2 ? 1 - complement(positive) : error_function(positive).high, x);
}

constexpr double erfc(double x) {
  if (x != x) return x;
  if (x > 2) return complement(x);
  if (x < -2) return 1 + erf(-x);
  if (magnitude(x) < 0x1p-60) return 1;
  return (-error_function(x) + 1.0).high;
}

}  // namespace ctnn::scalar::constant_evaluated
