#pragma once
#include <ctnn/core/math/functions.hpp>
#include <ctnn/core/math/gamma_coefficients.hpp>

/// The logarithm of the gamma function and its derivatives. One way of computing serves the compiler, scalars
/// and batches: polynomials near the origin in (x - a) / (x + a), which moves the pole at 0 far away, and
/// beyond in 1 / x². (Functions are called by their full names: a batch brings others along.)
namespace ctnn::scalar {

/// log x in two words.
template <class T>
constexpr DoubleWord<T> log_in_two_words(const T& x) {
  if constexpr (std::is_floating_point_v<T>)
    return x < std::numeric_limits<T>::infinity() ? constant_evaluated::log(DoubleWord<T>{x, 0})
                                                  : DoubleWord<T>{x, 0};
  else
    return BatchFunctions<T>::log_in_two_words(x);
}

/// What x is above or below the nearest whole number; all large numbers are whole.
template <class T>
constexpr T off_integer(const T& x) {
  return select(abs(x) < T(0x1p52), T(x - scalar::floor(T(x + T(0.5)))), T(0));
}

namespace detail {

template <class T>
constexpr T log_gamma_near(const T& x) {
  const DoubleWord<T> sum = exact_sum(x, T(1.25)), from_two = exact_sum(x, T(-2));
  const T rest = polynomial(T((x - T(1.25)) / sum.high), gamma_coefficients::log_gamma) / sum.high;
  const T factor = (x - T(1)) * rest, lost = from_two.low - sum.low * (from_two.high / sum.high);
  return multiply_add(factor, from_two.high, T(factor * lost + T(0)));  // no -0
}

/// Stirling's formula: (x - 1/2) (log x - 1) + log(2π / e) / 2 + …, whose first term needs two words.
template <class T>
constexpr T log_gamma_beyond(const T& x) {
  const DoubleWord<T> log_x = log_in_two_words(x);
  const T factor = log_x.high - T(1);  // exact
  const T r = T(1) / x, half_below = x - T(0.5);
  const T rest =
      multiply_add(r, polynomial(T(r * r), gamma_coefficients::log_gamma_beyond), T(0x1.acfe390c97d69p-2));
  const DoubleWord<T> product = exact_product(factor, half_below);
  const DoubleWord<T> sum = exact_sum(product.high, rest);
  return either(
      product.high <= T(std::numeric_limits<double>::max()),
      [&] { return T(sum.high + (sum.low + (product.low + log_x.low * half_below))); },
      [&] { return product.high; });
}

template <class T>
constexpr T digamma_near(const T& x) {
  const T from_zero = (x - T(0x1.762d86356be3fp+0)) - T(0x1.b86a722197829p-54);
  return from_zero * polynomial(T((x - T(2)) / (x + T(2))), gamma_coefficients::digamma);
}

template <class T>
constexpr T digamma_beyond(const T& x) {
  const T r = T(1) / x, square = r * r;
  return scalar::log(x) -
         multiply_add(square, polynomial(square, gamma_coefficients::digamma_beyond), T(T(0.5) * r));
}

template <class T>
constexpr T trigamma_near(const T& x) {
  return polynomial(T((x - T(2)) / (x + T(2))), gamma_coefficients::trigamma) / x;
}

template <class T>
constexpr T trigamma_beyond(const T& x) {
  const T r = T(1) / x, square = r * r;
  return r + square * multiply_add(r, polynomial(square, gamma_coefficients::trigamma_beyond), T(0.5));
}

template <class T>
constexpr T tetragamma_near(const T& x) {
  return polynomial(T((x - T(2)) / (x + T(2))), gamma_coefficients::tetragamma) / (x * x);
}

template <class T>
constexpr T tetragamma_beyond(const T& x) {
  const T r = T(1) / x, square = r * r;
  const T rest = multiply_add(square, polynomial(square, gamma_coefficients::tetragamma_beyond), r);
  return -(square + square * rest);
}

}  // namespace detail

namespace detail {

template <class T>
constexpr T log_gamma(const T& x) {
  const auto reflected = x <= T(-0.5);
  const T positive = select(reflected, T(-x), x);
  // Above -1/2; from 3/4 on the sum with the logarithm would cancel.
  const auto small = positive < T(0.75);
  const T shifted = select(small, T(positive + T(1)), positive);
  const T magnitude = abs(x);
  const T value = either(
      shifted <= T(3), [&] { return log_gamma_near(shifted); }, [&] { return log_gamma_beyond(shifted); });
  const T above = either(
      small, [&] { return T(value - scalar::log(magnitude)); }, [&] { return value; });
  const auto reflection = [&] {
    const T off = abs(off_integer(x)), sine = scalar::sin(T(T(pi.high) * off));
    const T result = scalar::log(T(T(pi.high) / (magnitude * sine))) - above;
    return T(select(off == T(0), T(std::numeric_limits<double>::infinity()), result));
  };
  return either(reflected, reflection, [&] { return above; });
}

/// π cot(πx) for x off an integer, in two words but for tan's own rounding; NaN at 0.
template <class T>
constexpr DoubleWord<T> pi_cotangent(const T& x) {
  const DoubleWord<T> angle = widen<T>(pi) * x;
  const T tangent = scalar::tan(angle.high), cotangent = T(1) / tangent;
  const DoubleWord<T> square = exact_product(tangent, cotangent),
                      product = exact_product(T(pi.high), cotangent);
  const T rest =
      ((T(1) - square.high) - square.low) * cotangent - (angle.low + angle.low * cotangent * cotangent);
  const T high = select(x == T(0), T(std::numeric_limits<double>::quiet_NaN()), product.high);
  return {high, product.low + (T(pi.low) * cotangent + T(pi.high) * rest)};
}

/// Where digamma and its derivatives are not below 1: 1 - x, x + 1 or x.
template <class T>
constexpr T shifted_to_one(const T& x) {
  return select(x < T(0), T(T(1) - x), T(select(x < T(1), T(x + T(1)), x)));
}

template <class T>
constexpr T digamma(const T& x) {
  const T shifted = shifted_to_one(x);
  const T value = either(
      shifted <= T(4), [&] { return digamma_near(shifted); }, [&] { return digamma_beyond(shifted); });
  const auto reflection = [&] {
    const DoubleWord<T> pole = pi_cotangent(off_integer(x)), sum = exact_sum(value, T(-pole.high));
    return T(sum.high + (sum.low - pole.low));
  };
  // Nearer to 0 than that, π cot πx is 1 / x.
  const auto with_pole = [&] {
    return either(x < T(-0x1p-28), reflection, [&] { return T(value - T(1) / x); });
  };
  return either(x < T(1), with_pole, [&] { return value; });
}

template <class T>
constexpr T trigamma(const T& x) {
  const T shifted = shifted_to_one(x);
  const T value = either(
      shifted <= T(4), [&] { return trigamma_near(shifted); }, [&] { return trigamma_beyond(shifted); });
  const auto cosecant = [&] { return T(T(pi.high) / scalar::sin(T(T(pi.high) * off_integer(x)))); };
  const auto with_pole = [&] {
    const T pole = either(x < T(0), cosecant, [&] { return T(T(1) / x); });
    return T(select(x < T(0), T(pole * pole - value), T(pole * pole + value)));
  };
  return either(x < T(1), with_pole, [&] { return value; });
}

template <class T>
constexpr T tetragamma(const T& x) {
  const T shifted = shifted_to_one(x);
  const T value = either(
      shifted <= T(4), [&] { return tetragamma_near(shifted); }, [&] { return tetragamma_beyond(shifted); });
  const auto cotangent = [&] {
    const T off = off_integer(x), cosecant = T(pi.high) / scalar::sin(T(T(pi.high) * off));
    return T(pi_cotangent(off).value() * cosecant * cosecant);
  };
  const auto with_pole = [&] {
    const T pole = either(x < T(-0x1p-28), cotangent, [&] { return T(T(1) / (x * x * x)); });
    return T(value - T(2) * pole);
  };
  return either(x < T(1), with_pole, [&] { return value; });
}

}  // namespace detail

/// What overflows, or divides by zero, is no constant expression: the edges are apart here.
namespace constant_evaluated {

constexpr bool is_gamma_pole(double x) {
  return x <= 0 && floor(x) == x;
}

constexpr double lgamma(double x) {
  if (x != x) return x;
  return is_gamma_pole(x) || x > 2.5563481638716906e305 ? infinity : detail::log_gamma(x);
}

constexpr double digamma(double x) {
  if (magnitude(x) <= 0x1p-1024) return with_sign(infinity, is_negative(x) ? 1.0 : -1.0);
  if (is_gamma_pole(x)) return nan;
  return x < infinity ? detail::digamma(x) : x;
}

constexpr double trigamma(double x) {
  if (magnitude(x) < 0x1p-512 || is_gamma_pole(x)) return infinity;
  return x < infinity ? detail::trigamma(x) : x != x ? x : 0;
}

constexpr double tetragamma(double x) {
  if (magnitude(x) <= 0x1p-341) return with_sign(infinity, is_negative(x) ? 1.0 : -1.0);
  if (is_gamma_pole(x)) return nan;
  return x < infinity ? detail::tetragamma(x) : x != x ? x : 0;
}

}  // namespace constant_evaluated

/// Of a batch in the range of their series.
namespace operations {
inline constexpr std::size_t lgamma = 60, digamma = 50, trigamma = 50, tetragamma = 50;
}

/// log |Γ(x)|. The compiler's and batches' is within four units of the last place but near the zeros between
/// negative integers, where that is relative to 1.
template <class T>
constexpr T lgamma(const T& x) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::is_constant_evaluated())
      return static_cast<T>(constant_evaluated::lgamma(static_cast<double>(x)));
    return std::lgamma(x);
  } else {
    return BatchFunctions<T>::lgamma(x);
  }
}

/// The logarithmic derivative of the gamma function. NaN at negative integers, ∓∞ at ±0. Within four units of
/// the last place, but near the negative zeros, where that is relative to log(1 - x) or 1.
template <class T>
constexpr T digamma(const T& x) {
  if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(constant_evaluated::digamma(static_cast<double>(x)));
  else
    return BatchFunctions<T>::in_double(x, [](const auto& y) { return detail::digamma(y); });
}

/// The derivative of digamma; ∞ at its poles. Within four units of the last place, below 0 six.
template <class T>
constexpr T trigamma(const T& x) {
  if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(constant_evaluated::trigamma(static_cast<double>(x)));
  else
    return BatchFunctions<T>::in_double(x, [](const auto& y) { return detail::trigamma(y); });
}

/// The derivative of trigamma. NaN at negative integers, ∓∞ at ±0. Within four units of the last place, below
/// 0 seven, but near the negative zeros, where that is relative to 1.
template <class T>
constexpr T tetragamma(const T& x) {
  if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(constant_evaluated::tetragamma(static_cast<double>(x)));
  else
    return BatchFunctions<T>::in_double(x, [](const auto& y) { return detail::tetragamma(y); });
}

}  // namespace ctnn::scalar
