#pragma once
#include <ctnn/core/math/roots.hpp>

/// Angles, for the compiler.
namespace ctnn::scalar::constant_evaluated {

/// The angle whose half has this tangent's: tan(φ / 2) = tan φ / (1 + √(1 + tan² φ)).
constexpr DoubleWord<double> half_angle(const DoubleWord<double>& x) {
  return x / (sqrt(x * x + 1.0) + 1.0);
}

/// For 0 <= x <= 1, by Taylor's series at a quarter of the angle.
constexpr DoubleWord<double> angle(const DoubleWord<double>& x) {
  if (x.high < 0x1p-400) return x;
  const DoubleWord<double> y = half_angle(half_angle(x)), square = y * y;
  double rest = 1.0 / 27;
  for (int n = 25; n > 5; n -= 2) rest = 1.0 / n - rest * square.high;
  DoubleWord<double> sum = ratio(1.0, 5.0) - square * rest;
  sum = ratio(1.0, 3.0) - square * sum;
  sum = DoubleWord<double>{1, 0} - square * sum;
  return y * sum * 4.0;
}

/// For any x >= 0.
constexpr DoubleWord<double> wide_angle(const DoubleWord<double>& x) {
  return x.high <= 1 ? angle(x) : half_pi - angle(DoubleWord<double>{1, 0} / x);
}

constexpr double atan(double x) {
  const double positive = magnitude(x);
  if (!(positive > 0x1p-28)) return x;
  return with_sign(positive < 0x1p60 ? wide_angle({positive, 0}).high : half_pi.high, x);
}

constexpr double asin(double x) {
  const double positive = magnitude(x);
  if (positive > 1) return nan;
  if (!(positive > 0x1p-28)) return x;
  const DoubleWord<double> cosine = sqrt(exact_sum(1.0, -positive) * exact_sum(1.0, positive));
  return with_sign(2 * angle(DoubleWord<double>{positive, 0} / (cosine + 1.0)).high, x);
}

constexpr double acos(double x) {
  if (!(magnitude(x) <= 1)) return nan;
  if (x == -1) return pi.high;
  return 2 * wide_angle(sqrt(exact_sum(1.0, -x) / exact_sum(1.0, x))).high;
}

constexpr double atan2(double y, double x) {
  if (x != x || y != y) return nan;
  double rise = magnitude(y), run = magnitude(x);
  const bool steep = rise > run;
  DoubleWord<double> result{0, 0};
  if (rise == infinity && run == infinity) rise = run = 1;
  if (rise != 0 && run != infinity && rise != infinity) {
    const double larger = steep ? rise : run, smaller = steep ? run : rise;
    const int k = larger == 0 ? 0 : exponent(larger);
    const double divisor = scale(larger, -k), dividend = scale(smaller, -k);
    result =
        dividend < 0x1p-400 ? DoubleWord<double>{dividend / divisor, 0} : angle(ratio(dividend, divisor));
  }
  if (steep) result = half_pi - result;
  if (is_negative(x)) result = pi - result;
  return with_sign(result.high, y);
}

}  // namespace ctnn::scalar::constant_evaluated
