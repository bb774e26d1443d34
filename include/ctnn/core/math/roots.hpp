#pragma once
#include <ctnn/core/math/double_word.hpp>
#include <limits>

/// Roots, for the compiler.
namespace ctnn::scalar::constant_evaluated {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr double magnitude(double x) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~(std::uint64_t{1} << 63));
}
constexpr bool is_negative(double x) {
  return std::bit_cast<std::uint64_t>(x) >> 63 != 0;
}
constexpr double with_sign(double x, double sign) {
  return is_negative(sign) ? -magnitude(x) : magnitude(x);
}
constexpr bool is_finite(double x) {
  return magnitude(x) < infinity;
}

/// The k with 2^k <= |x| < 2^(k+1), for numbers other than 0.
constexpr int exponent(double x) {
  const double positive = magnitude(x);
  if (positive < 0x1p-1022) return exponent(positive * 0x1p64) - 64;
  return static_cast<int>(std::bit_cast<std::uint64_t>(positive) >> 52) - 1023;
}

/// 2^k times x, rounded once. (An operation that overflows is no constant expression.)
constexpr double scale(double x, int k) {
  if (k > 0 && x != 0 && exponent(x) + k > 1023) return with_sign(infinity, x);
  for (; k > 1000; k -= 1000) x *= 0x1p1000;
  for (; k < -900; k += 900) x *= 0x1p-900;
  return x * std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}
constexpr DoubleWord<double> scale(const DoubleWord<double>& x, int k) {
  return {scale(x.high, k), scale(x.low, k)};
}

/// Of a number in the middle of the range.
constexpr DoubleWord<double> sqrt(const DoubleWord<double>& x) {
  if (x.high == 0) return x;
  double root =
      std::bit_cast<double>((std::bit_cast<std::uint64_t>(x.high) >> 1) + (std::uint64_t{1023} << 51));
  for (int i = 0; i < 4; ++i) root = 0.5 * (root + x.high / root);
  const DoubleWord<double> rest = x - exact_product(root, root);
  return ordered_sum(root, rest.high / (2 * root));
}

constexpr double sqrt(double x) {
  if (x == 0 || x != x || x == infinity) return x;
  if (x < 0) return nan;
  const int half = exponent(x) / 2;
  return scale(sqrt(DoubleWord<double>{scale(x, -2 * half), 0}).high, half);
}

constexpr double cbrt(double x) {
  if (x == 0 || !is_finite(x)) return x;
  const int third = exponent(x) / 3;
  const double scaled = scale(magnitude(x), -3 * third);
  double root = scaled < 1 ? 0.75 : scaled < 3 ? 1.25 : 1.75;
  for (int i = 0; i < 5; ++i) root -= (root * root * root - scaled) / (3 * root * root);
  const DoubleWord<double> rest = exact_product(root, root) * root + -scaled;
  return with_sign(scale(root - rest.high / (3 * root * root), third), x);
}

constexpr double hypot(double x, double y) {
  const double first = magnitude(x), second = magnitude(y);
  if (first == infinity || second == infinity) return infinity;
  if (first != first || second != second) return nan;
  const double larger = first > second ? first : second, smaller = first > second ? second : first;
  if (smaller == 0) return larger;
  const int k = exponent(larger);
  const double cathetus = scale(larger, -k), other = scale(smaller, -k);
  if (other < 0x1p-60) return larger;
  return scale(sqrt(exact_product(cathetus, cathetus) + exact_product(other, other)).high, k);
}

}  // namespace ctnn::scalar::constant_evaluated
