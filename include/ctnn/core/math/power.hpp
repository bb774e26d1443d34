#pragma once
#include <ctnn/core/math/logarithm.hpp>

/// Powers with a real exponent, for the compiler.
namespace ctnn::scalar::constant_evaluated {

constexpr bool is_integer(double x) {
  const double positive = magnitude(x);
  return positive >= 0x1p52 ? is_finite(x) : static_cast<double>(static_cast<std::int64_t>(x)) == x;
}
constexpr bool is_odd(double x) {
  return magnitude(x) < 0x1p53 && is_integer(x) && (static_cast<std::int64_t>(x) & 1) != 0;
}

constexpr double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y) return nan;
  const double positive = magnitude(x), sign = is_negative(x) && is_odd(y) ? -1 : 1;
  if (!is_finite(y)) return positive == 1 ? 1 : (positive > 1) == (y > 0) ? infinity : 0;
  if (positive == 0 || positive == infinity) return sign * ((positive == 0) == (y > 0) ? 0.0 : infinity);
  if (x < 0 && !is_integer(y)) return nan;
  // Beyond, every x but 1 has overflowed or vanished.
  const double exponent = magnitude(y) > 0x1p66 ? with_sign(0x1p66, y) : y;
  if (magnitude(exponent) < 0x1p-66) return sign;
  return sign * exp(log(DoubleWord<double>{positive, 0}) * exponent);
}

}  // namespace ctnn::scalar::constant_evaluated
