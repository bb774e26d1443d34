#pragma once
#include <cstddef>
#include <ctnn/core/math/double_word.hpp>
#include <type_traits>

namespace ctnn::scalar {

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
  const auto at = [&](std::size_t i) {
    if constexpr (std::is_floating_point_v<T>)
      return static_cast<T>(c[i]);
    else
      return T(static_cast<typename T::value_type>(c[i]));
  };
  T sum = at(N - 1);
  for (std::size_t i = N - 1; i-- > 0;) sum = multiply_add(sum, x, at(i));
  return sum;
}

}  // namespace ctnn::scalar
