#pragma once
#include <bit>
#include <cstdint>
#include <type_traits>

/// Arithmetic on unevaluated sums of two numbers, which carry twice the digits of one. By Dekker's and
/// Knuth's transformations, which give the error of a rounded sum or product as a number: what functions need
/// that are to be right to the last place.
namespace ctnn::scalar {

/// |low| is at most half a unit of high's last place.
template <class T>
struct DoubleWord {
  T high, low;

  constexpr T value() const { return high + low; }
};

/// x + y, for |x| >= |y| or x = 0.
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> ordered_sum(const T& x, const T& y) {
  const T rounded = x + y;
  return {rounded, y - (rounded - x)};
}

template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> exact_sum(const T& x, const T& y) {
  const T rounded = x + y, rest = rounded - x;
  return {rounded, (x - (rounded - rest)) + (y - rest)};
}

/// The functions of a SIMD batch, by the names that scalars' have here. kernels/ provides them.
template <class B>
struct BatchFunctions;

/// x · y, for products far from the subnormal numbers.
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> exact_product(const T& x, const T& y) {
  if constexpr (std::is_same_v<T, double>) {
    constexpr auto leading = [](double number) {
      return std::bit_cast<double>(std::bit_cast<std::uint64_t>(number) & 0xFFFFFFFFF8000000u);
    };
    const double rounded = x * y, x_high = leading(x), y_high = leading(y);
    const double x_low = x - x_high, y_low = y - y_high;
    return {rounded, ((x_high * y_high - rounded) + x_high * y_low + x_low * y_high) + x_low * y_low};
  } else {
    return BatchFunctions<T>::exact_product(x, y);
  }
}

template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> operator+(const DoubleWord<T>& x, const T& y) {
  const DoubleWord<T> sum = exact_sum(x.high, y);
  return ordered_sum(sum.high, T(sum.low + x.low));
}
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> operator+(const DoubleWord<T>& x, const DoubleWord<T>& y) {
  const DoubleWord<T> high = exact_sum(x.high, y.high), low = exact_sum(x.low, y.low);
  const DoubleWord<T> sum = ordered_sum(high.high, T(high.low + low.high));
  return ordered_sum(sum.high, T(sum.low + low.low));
}
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> operator-(const DoubleWord<T>& x) {
  return {-x.high, -x.low};
}
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> operator-(const DoubleWord<T>& x, const DoubleWord<T>& y) {
  return x + -y;
}
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> operator*(const DoubleWord<T>& x, const T& y) {
  const DoubleWord<T> product = exact_product(x.high, y);
  return ordered_sum(product.high, T(product.low + x.low * y));
}
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> operator*(const DoubleWord<T>& x, const DoubleWord<T>& y) {
  const DoubleWord<T> product = exact_product(x.high, y.high);
  return ordered_sum(product.high, T(product.low + (x.high * y.low + x.low * y.high)));
}
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> operator/(const DoubleWord<T>& x, const DoubleWord<T>& y) {
  const T quotient = x.high / y.high;
  const DoubleWord<T> rest = x - y * quotient;
  return ordered_sum(quotient, T(rest.high / y.high));
}

/// The quotient of two numbers.
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> ratio(const T& x, const T& y) {
  return DoubleWord<T>{x, T(0)} / DoubleWord<T>{y, T(0)};
}

/// 2x.
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> twice(const DoubleWord<T>& x) {
  return {x.high + x.high, x.low + x.low};
}

/// A constant for scalars or batches.
template <class T>
[[gnu::always_inline]] constexpr DoubleWord<T> widen(const DoubleWord<double>& x) {
  if constexpr (std::is_same_v<T, double>) {
    return x;
  } else {
    using E = typename T::value_type;
    const E high = static_cast<E>(x.high);
    return {T(high), T(static_cast<E>(x.high - static_cast<double>(high) + x.low))};
  }
}

inline constexpr DoubleWord<double> pi{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
inline constexpr DoubleWord<double> half_pi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
inline constexpr DoubleWord<double> log2_of_e{0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
inline constexpr DoubleWord<double> log10_of_e{0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
inline constexpr DoubleWord<double> ln2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
inline constexpr DoubleWord<double> two_by_sqrt_pi{0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56};

}  // namespace ctnn::scalar
