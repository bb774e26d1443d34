#pragma once
#include <ctnn/core/math/roots.hpp>

/// Rounding, for the compiler.
namespace ctnn::scalar::constant_evaluated {

constexpr double floor(double x) {
  if (!(magnitude(x) < 0x1p52) || x == 0) return x;
  const auto truncated = static_cast<double>(static_cast<std::int64_t>(x));
  return truncated > x ? truncated - 1 : with_sign(truncated, x);
}

/// x · y + z, rounded once, if nothing overflows and the product's last bits are no subnormal numbers. (By
/// Boldo and Melquiond: the low parts are added rounded to odd, so that the last rounding sees where they
/// lie.)
constexpr double fma(double x, double y, double z) {
  if (!is_finite(x) || !is_finite(y) || !is_finite(z) || x == 0 || y == 0) return x * y + z;
  const DoubleWord<double> product = exact_product(x, y), low = exact_sum(z, product.low);
  const DoubleWord<double> sum = exact_sum(product.high, low.high), rest = exact_sum(low.low, sum.low);
  auto bits = std::bit_cast<std::uint64_t>(rest.high);
  if (rest.low != 0 && bits % 2 == 0) bits += (rest.high > 0) == (rest.low > 0) ? 1 : std::uint64_t(-1);
  return sum.high + std::bit_cast<double>(bits);
}

}  // namespace ctnn::scalar::constant_evaluated
