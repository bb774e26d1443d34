#pragma once
#include <cstddef>
#include <ctnn/core/math/double_word.hpp>
#include <type_traits>

namespace ctnn::scalar {

/// A number in the precision of T, a scalar or a batch.
template <class T>
constexpr T constant(double number) {
  if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(number);
  else
    return T(static_cast<typename T::value_type>(number));
}

/// x · y + z, rounded once or twice.
template <class T>
constexpr T multiply_add(const T& x, const T& y, const T& z) {
  if constexpr (std::is_floating_point_v<T>)
    return x * y + z;
  else
    return BatchFunctions<T>::multiply_add(x, y, z);
}

/// c[0] + c[1] x + …
template <class T, std::size_t N>
constexpr T polynomial(const T& x, const double (&c)[N]) {
  T sum = constant<T>(c[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) sum = multiply_add(sum, x, constant<T>(c[i]));
  return sum;
}

}  // namespace ctnn::scalar
