#pragma once
#include <ctnn/core/math/functions.hpp>
#include <limits>

namespace ctnn::scalar {

/// Whether a number is finite, or what two finite numbers make: in a constant expression compilers reject the
/// operation that makes an infinity or a NaN, and Clang each that reads a NaN.
constexpr bool is_finite(double x) {
  return abs(x) <= std::numeric_limits<double>::max();
}
constexpr bool sum_is_finite(double x, double y) {
  return abs(x / 2 + y / 2) <= std::numeric_limits<double>::max() / 2;
}
constexpr bool product_is_finite(double x, double y) {
  return abs(y) <= 1 || abs(x) <= std::numeric_limits<double>::max() / abs(y);
}
constexpr bool quotient_is_finite(double x, double y) {
  return y != 0 && (abs(y) >= 1 || abs(x) < std::numeric_limits<double>::max() * abs(y));
}

}  // namespace ctnn::scalar
