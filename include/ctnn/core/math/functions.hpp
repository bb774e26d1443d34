#pragma once
#include <cmath>
#include <concepts>
#include <ctnn/core/math/error_function.hpp>
#include <ctnn/core/math/inverse_trigonometric.hpp>
#include <ctnn/core/math/power.hpp>
#include <ctnn/core/math/rounding.hpp>
#include <ctnn/core/math/trigonometric.hpp>
#include <type_traits>

/// Elementary functions: for the compiler the library's own, at run time the standard library's, for SIMD
/// batches those that kernels/ provides. With each, in scalar::operations, the floating-point operations that
/// a batch of floats takes per element where no lane is an exception: a multiply-add is two, and comparisons
/// and work on bits are none.
namespace ctnn::scalar {

#define CTNN_SCALAR_FUNCTION(name, count)                                        \
  namespace operations {                                                         \
  inline constexpr std::size_t name = count;                                     \
  }                                                                              \
  template <class T>                                                             \
  constexpr T name(const T& x) {                                                 \
    if constexpr (std::is_floating_point_v<T>) {                                 \
      if (std::is_constant_evaluated())                                          \
        return static_cast<T>(constant_evaluated::name(static_cast<double>(x))); \
      return std::name(x);                                                       \
    } else {                                                                     \
      return BatchFunctions<T>::name(x);                                         \
    }                                                                            \
  }
CTNN_SCALAR_FUNCTION(exp, 21)
CTNN_SCALAR_FUNCTION(exp2, 17)
CTNN_SCALAR_FUNCTION(expm1, 29)
CTNN_SCALAR_FUNCTION(log, 26)
CTNN_SCALAR_FUNCTION(log2, 24)
CTNN_SCALAR_FUNCTION(log10, 35)
CTNN_SCALAR_FUNCTION(log1p, 30)
CTNN_SCALAR_FUNCTION(sqrt, 1)
CTNN_SCALAR_FUNCTION(cbrt, 20)
CTNN_SCALAR_FUNCTION(sin, 27)
CTNN_SCALAR_FUNCTION(cos, 27)
CTNN_SCALAR_FUNCTION(tan, 25)
CTNN_SCALAR_FUNCTION(asin, 17)
CTNN_SCALAR_FUNCTION(acos, 23)
CTNN_SCALAR_FUNCTION(atan, 18)
CTNN_SCALAR_FUNCTION(sinh, 33)
CTNN_SCALAR_FUNCTION(cosh, 26)
CTNN_SCALAR_FUNCTION(tanh, 36)
CTNN_SCALAR_FUNCTION(asinh, 40)
CTNN_SCALAR_FUNCTION(acosh, 37)
CTNN_SCALAR_FUNCTION(atanh, 36)
CTNN_SCALAR_FUNCTION(erf, 45)
CTNN_SCALAR_FUNCTION(erfc, 53)
CTNN_SCALAR_FUNCTION(floor, 1)
#undef CTNN_SCALAR_FUNCTION

#define CTNN_SCALAR_FUNCTION(name, count)                                                                \
  namespace operations {                                                                                 \
  inline constexpr std::size_t name = count;                                                             \
  }                                                                                                      \
  template <class T>                                                                                     \
  constexpr T name(const T& x, const T& y) {                                                             \
    if constexpr (std::is_floating_point_v<T>) {                                                         \
      if (std::is_constant_evaluated())                                                                  \
        return static_cast<T>(constant_evaluated::name(static_cast<double>(x), static_cast<double>(y))); \
      return std::name(x, y);                                                                            \
    } else {                                                                                             \
      return BatchFunctions<T>::name(x, y);                                                              \
    }                                                                                                    \
  }
CTNN_SCALAR_FUNCTION(atan2, 21)
CTNN_SCALAR_FUNCTION(hypot, 7)
CTNN_SCALAR_FUNCTION(pow, 119)
#undef CTNN_SCALAR_FUNCTION

template <class T>
requires std::is_floating_point_v<T>
constexpr T pow(T x, int y) {
  return pow(x, static_cast<T>(y));
}

/// x · y + z, rounded once; but the compiler's floats are doubles before, and see constant_evaluated::fma.
template <class T>
requires std::is_floating_point_v<T>
constexpr T fma(T x, T y, T z) {
  if (std::is_constant_evaluated())
    return static_cast<T>(
        constant_evaluated::fma(static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)));
  return std::fma(x, y, z);
}

template <class T>
requires std::is_floating_point_v<T>
constexpr T abs(T x) {
  return x < 0 ? -x : x == 0 ? T{0} : x;
}

/// The magnitude of x with the sign of y, also of zeros.
template <class T>
requires std::is_floating_point_v<T>
constexpr T copysign(T x, T y) {
  if (std::is_constant_evaluated())
    return static_cast<T>(constant_evaluated::with_sign(static_cast<double>(x), static_cast<double>(y)));
  return std::copysign(x, y);
}

/// What a comparison of numbers chooses between; batches bring their own.
template <class T>
requires std::is_floating_point_v<T>
constexpr T select(std::same_as<bool> auto condition, T yes, T no) {
  return condition ? yes : no;
}

/// `yes()` where the condition holds, else `no()`; only what some lane needs is computed.
constexpr auto either(const auto& condition, auto yes, auto no) {
  if constexpr (std::same_as<std::remove_cvref_t<decltype(condition)>, bool>) {
    return condition ? yes() : no();
  } else {
    if (all(condition)) return yes();
    return any(condition) ? decltype(yes())(select(condition, yes(), no())) : no();
  }
}

/// The larger and the smaller of two; NaN if either is.
template <class T>
constexpr T maximum(const T& x, const T& y) {
  return T(select(x > y, x, T(select(x == x, y, x))));
}
template <class T>
constexpr T minimum(const T& x, const T& y) {
  return T(select(x < y, x, T(select(x == x, y, x))));
}

}  // namespace ctnn::scalar
