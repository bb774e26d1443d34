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
/// batches those that kernels/ provides.
namespace ctnn::scalar {

#define CTNN_SCALAR_FUNCTION(name)                                               \
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
CTNN_SCALAR_FUNCTION(exp)
CTNN_SCALAR_FUNCTION(exp2)
CTNN_SCALAR_FUNCTION(expm1)
CTNN_SCALAR_FUNCTION(log)
CTNN_SCALAR_FUNCTION(log2)
CTNN_SCALAR_FUNCTION(log10)
CTNN_SCALAR_FUNCTION(log1p)
CTNN_SCALAR_FUNCTION(sqrt)
CTNN_SCALAR_FUNCTION(cbrt)
CTNN_SCALAR_FUNCTION(sin)
CTNN_SCALAR_FUNCTION(cos)
CTNN_SCALAR_FUNCTION(tan)
CTNN_SCALAR_FUNCTION(asin)
CTNN_SCALAR_FUNCTION(acos)
CTNN_SCALAR_FUNCTION(atan)
CTNN_SCALAR_FUNCTION(sinh)
CTNN_SCALAR_FUNCTION(cosh)
CTNN_SCALAR_FUNCTION(tanh)
CTNN_SCALAR_FUNCTION(asinh)
CTNN_SCALAR_FUNCTION(acosh)
CTNN_SCALAR_FUNCTION(atanh)
CTNN_SCALAR_FUNCTION(erf)
CTNN_SCALAR_FUNCTION(erfc)
CTNN_SCALAR_FUNCTION(floor)
#undef CTNN_SCALAR_FUNCTION

#define CTNN_SCALAR_FUNCTION(name)                                                                       \
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
CTNN_SCALAR_FUNCTION(atan2)
CTNN_SCALAR_FUNCTION(hypot)
CTNN_SCALAR_FUNCTION(pow)
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
