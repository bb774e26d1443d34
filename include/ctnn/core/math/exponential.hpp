#pragma once
#include <ctnn/core/math/roots.hpp>

/// Exponential and hyperbolic functions, for the compiler.
namespace ctnn::scalar {

/// e^x - 1 for |x| <= ln 2 / 2, by Taylor's series: the first terms in double words, the rest in words. Right
/// to eight bits more than a word has.
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> expm1_series(const DoubleWord<T>& x) {
  T rest = T(1);
  for (int n = 17; n > 4; --n) rest = T(1) + rest * x.high * T(1.0 / n);
  DoubleWord<T> sum = x * T(rest * T(0.25)) + T(1);
  sum = x * sum * widen<T>(ratio(1.0, 3.0)) + T(1);
  sum = x * sum * T(0.5) + T(1);
  return x * sum;
}

namespace constant_evaluated {

/// ln 2 in three parts, the first of which is exact when multiplied by an exponent.
inline constexpr double ln2_parts[]{0x1.62e42fefa3800p-1, 0x1.ef35793c76730p-45, 0x1.f97b57a079a19p-103};

constexpr DoubleWord<double> times_ln2(int k) {
  return exact_product(static_cast<double>(k), ln2_parts[1]) + k * ln2_parts[2] + k * ln2_parts[0];
}

/// e^power = 2^exponent · (1 + minus_one), |power| < 2^20.
struct Exponential {
  int exponent;
  DoubleWord<double> minus_one;

  constexpr explicit Exponential(const DoubleWord<double>& power)
      : exponent(static_cast<int>(power.high * log2_of_e.high + (power.high < 0 ? -0.5 : 0.5))),
        minus_one(expm1_series(exponent == 0 ? power : power - times_ln2(exponent))) {}

  constexpr DoubleWord<double> mantissa() const { return minus_one + 1.0; }
  constexpr double value() const {
    return scale(mantissa().high, exponent) + scale(mantissa().low, exponent);
  }
  constexpr DoubleWord<double> word() const { return scale(mantissa(), exponent); }
  constexpr DoubleWord<double> word_minus_one() const { return exponent == 0 ? minus_one : word() + -1.0; }
};

/// e^x of a number that is known to more than its word.
constexpr double exp(const DoubleWord<double>& x) {
  if (x.high > 709.79) return infinity;
  if (x.high < -745.14) return 0;
  return Exponential(x).value();
}

constexpr double exp(double x) {
  return x != x ? x : exp(DoubleWord<double>{x, 0});
}

constexpr double exp2(double x) {
  if (x != x) return x;
  if (x >= 1024) return infinity;
  if (x < -1075) return 0;
  const int k = static_cast<int>(x + (x < 0 ? -0.5 : 0.5));
  const DoubleWord<double> mantissa = expm1_series(ln2 * (x - k)) + 1.0;
  return scale(mantissa.high, k) + scale(mantissa.low, k);
}

/// Below, a function with f(x) = x + O(x²) or better is x to the last place, whatever its series does with
/// subnormal numbers.
inline constexpr double tiny = 0x1p-54;

constexpr double expm1(double x) {
  if (!(magnitude(x) > tiny)) return x;
  if (x < -40) return -1;
  if (x > 700) return exp(x);
  return Exponential({x, 0}).word_minus_one().high;
}

/// e^x / 2, which is finite a little longer than e^x.
constexpr double half_exp(double x) {
  if (x > 711) return infinity;
  const Exponential e({x, 0});
  return scale(e.mantissa().high, e.exponent - 1);
}

constexpr double sinh(double x) {
  const double positive = magnitude(x);
  if (!(positive > 0x1p-28)) return x;
  if (positive > 40) return with_sign(half_exp(positive), x);
  const DoubleWord<double> e = Exponential({positive, 0}).word_minus_one();
  return with_sign((e + e / (e + 1.0)).high / 2, x);
}

constexpr double cosh(double x) {
  const double positive = magnitude(x);
  if (!(positive < 40)) return positive != positive ? x : half_exp(positive);
  const DoubleWord<double> e = Exponential({positive, 0}).word();
  return (e + DoubleWord<double>{1, 0} / e).high / 2;
}

constexpr double tanh(double x) {
  const double positive = magnitude(x);
  if (!(positive > 0x1p-28)) return x;
  if (positive > 20) return with_sign(1, x);
  const DoubleWord<double> e = Exponential({2 * positive, 0}).word_minus_one();
  return with_sign((e / (e + 2.0)).high, x);
}

}  // namespace constant_evaluated
}  // namespace ctnn::scalar
