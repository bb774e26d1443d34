#pragma once
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

/// Elementary functions of scalars that the compiler can evaluate too; at run time they are the standard
/// library's. SIMD batches bring functions of the same names, found by their argument.
namespace ctnn::scalar {

namespace constant_evaluated {

inline constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;

/// 2^k times x, for results in the normal range and just below it.
constexpr double scale(double x, int k) {
  for (; k > 1000; k -= 1000) x *= 0x1p1000;
  for (; k < -1000; k += 1000) x *= 0x1p-1000;
  return x * std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

/// e^x - 1 by its series, for |x| <= ln 2 / 2, of the number high + low.
constexpr double expm1_series(double high, double low) {
  double sum = 0;
  for (int n = 20; n > 1; --n) sum = (sum + 1) * high / n;
  return high + (high * sum + low * (1 + high * (1 + sum)));
}

/// The k for which 2^k is nearest to e^x.
constexpr int nearest_power(double x) {
  return static_cast<int>(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5));
}

constexpr double exp(double x) {
  if (x != x) return x;
  if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
  if (x < -745.14) return 0;
  const int k = nearest_power(x);
  return scale(1 + expm1_series(x - k * ln2_high, -k * ln2_low), k);
}

constexpr double expm1(double x) {
  if (x != x) return x;
  if (x > -0.34 && x < 0.34) return x == 0 ? x : expm1_series(x, 0);
  if (!(x > -40 && x < 700)) return exp(x) - 1;
  const int k = nearest_power(x);
  const double power = scale(1, k);
  return power * expm1_series(x - k * ln2_high, -k * ln2_low) + (power - 1);
}

/// log(1 + f) for 1 / sqrt 2 <= 1 + f <= sqrt 2: 2 (s + s^3 / 3 + …) with s = f / (2 + f), whose first term
/// is f - s f.
constexpr double log_series(double f) {
  const double s = f / (2 + f);
  double sum = 0;
  for (int n = 25; n > 1; n -= 2) sum = (sum + 1.0 / n) * s * s;
  return f - s * (f - 2 * sum);
}

constexpr double log(double x) {
  if (x != x || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (x == std::numeric_limits<double>::infinity()) return x;
  int k = 0;
  for (; x < 0x1p-1022; --k) x *= 2;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  k += static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFu) | (std::uint64_t{1023} << 52));
  if (mantissa > 1.4142135623730951) mantissa /= 2, ++k;
  return k * ln2_high + (log_series(mantissa - 1) + k * ln2_low);
}

constexpr double log1p(double x) {
  if (x != x) return x;
  if (x > -0.25 && x < 0.25) return x == 0 ? x : log_series(x);
  if (x <= -1 || x > 0x1p53) return log(1 + x);
  // What rounding takes from 1 + x, as a share of it.
  const double sum = 1 + x, lost = x > 1 ? 1 - (sum - x) : x - (sum - 1);
  return log(sum) + lost / sum;
}

constexpr double sqrt(double x) {
  if (x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0 || x != x || x == std::numeric_limits<double>::infinity()) return x;
  if (x < 0x1p-900) return sqrt(x * 0x1p200) * 0x1p-100;
  double root = std::bit_cast<double>((std::bit_cast<std::uint64_t>(x) >> 1) + (std::uint64_t{1023} << 51));
  for (int i = 0; i < 6; ++i) root = 0.5 * (root + x / root);
  return root;
}

constexpr double tanh(double x) {
  if (x == 0 || x != x) return x;
  if (x > 20) return 1;
  if (x < -20) return -1;
  const double e = expm1(-2 * (x < 0 ? -x : x));
  return x < 0 ? e / (e + 2) : -e / (e + 2);
}

}  // namespace constant_evaluated

#define CTNN_SCALAR_FUNCTION(name)                                                                \
  template <class T>                                                                              \
  requires std::is_floating_point_v<T>                                                            \
  constexpr T name(T x) {                                                                         \
    if (std::is_constant_evaluated()) return static_cast<T>(constant_evaluated::name(double{x})); \
    return std::name(x);                                                                          \
  }
CTNN_SCALAR_FUNCTION(exp)
CTNN_SCALAR_FUNCTION(expm1)
CTNN_SCALAR_FUNCTION(log)
CTNN_SCALAR_FUNCTION(log1p)
CTNN_SCALAR_FUNCTION(sqrt)
CTNN_SCALAR_FUNCTION(tanh)
#undef CTNN_SCALAR_FUNCTION

template <class T>
requires std::is_floating_point_v<T>
constexpr T abs(T x) {
  return x < 0 ? -x : x == 0 ? T{0} : x;
}

/// Whether a number is finite, or what two finite numbers make: in a constant expression compilers reject the
/// operation that makes an infinity or a NaN, and Clang each that reads a NaN.
constexpr bool is_finite(double x) {
  return abs(x) <= std::numeric_limits<double>::max();
}
constexpr bool sum_is_finite(double x, double y) {
  return abs(x / 2 + y / 2) <= std::numeric_limits<double>::max() / 2;
}
constexpr bool product_is_finite(double x, double y) {
  return abs(y) <= 1 || abs(x) <= std::numeric_limits<double>::max() / abs(y);
}
constexpr bool quotient_is_finite(double x, double y) {
  return y != 0 && (abs(y) >= 1 || abs(x) < std::numeric_limits<double>::max() * abs(y));
}

/// What a comparison of numbers chooses between; batches bring their own.
template <class T>
requires std::is_floating_point_v<T>
constexpr T select(std::same_as<bool> auto condition, T yes, T no) {
  return condition ? yes : no;
}

}  // namespace ctnn::scalar
