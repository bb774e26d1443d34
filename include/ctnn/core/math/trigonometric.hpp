#pragma once
#include <ctnn/core/math/roots.hpp>

/// Sine, cosine and tangent, for the compiler.
namespace ctnn::scalar::constant_evaluated {

/// 2 / π in binary, after the point. As far as the largest number's last bit, and the digits that may cancel.
inline constexpr std::uint32_t two_by_pi[]{
    0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB, 0xDEBBC561,
    0xB7246E3A, 0x424DD2E0, 0x06492EEA, 0x09D1921C, 0xFE1DEB1C, 0xB129A73E, 0xE88235F5, 0x2EBB4484,
    0xE99C7026, 0xB45F7E41, 0x3991D639, 0x835339F4, 0x9C845F8B, 0xBDF9283B, 0x1FF897FF, 0xDE05980F,
    0xEF2F118B, 0x5A0A6D1F, 0x6D367ECF, 0x27CB09B7, 0x4F463F66, 0x9E5FEA2D, 0x7527BAC7, 0xEBE5F17B,
    0x3D0739F7, 0x8A5292EA, 0x6BFB5FB1, 0x1F8D5D08, 0x56033046, 0xFC7B6BAB};

/// |x| = rest + quadrant · π / 2 up to whole turns, |rest| <= π / 4.
struct Reduced {
  DoubleWord<double> rest;
  unsigned quadrant = 0;
};

/// Payne's and Hanek's reduction: of the product with 2 / π only the part that is less than four is worked
/// out, to 130 bits behind the point.
constexpr Reduced reduce(double x) {
  const double positive = magnitude(x);
  if (positive < 0.785) return {{positive, 0}};
  // |x| = mantissa · 2^shift.
  const int shift = exponent(positive) - 52;
  const std::uint64_t mantissa =
      (std::bit_cast<std::uint64_t>(positive) & 0xFFFFFFFFFFFFFu) | std::uint64_t{1} << 52;
  const int first = shift < 2 ? 0 : (shift - 2) / 32;
  constexpr int words = 7;
  std::uint32_t product[words + 2]{};  // the least first; its unit is 2^-point
  for (int part = 0; part < 2; ++part) {
    std::uint64_t carry = 0;
    const std::uint64_t factor = part == 0 ? mantissa & 0xFFFFFFFFu : mantissa >> 32;
    for (int i = 0; i <= words; ++i) {
      carry += product[i + part];
      if (i < words) carry += factor * two_by_pi[first + words - 1 - i];
      product[i + part] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  const int point = 32 * (first + words) - shift;
  const auto bit = [&](int place) { return product[place / 32] >> (place % 32) & 1u; };
  unsigned quadrant = bit(point) + 2 * bit(point + 1);
  DoubleWord<double> fraction{0, 0};
  if (bit(point - 1) != 0) {
    ++quadrant;
    fraction.high = -1;
  }
  for (int i = (point - 1) / 32; i >= 0; --i) {
    std::uint32_t word = product[i];
    if (32 * i + 32 > point) word &= (std::uint32_t{1} << (point - 32 * i)) - 1;
    fraction = fraction + scale(word, 32 * i - point);
  }
  return {fraction * half_pi, quadrant % 4};
}

/// x (1 + x² (-1 / 6 + …)) or 1 + x² (-1 / 2 + …), by Taylor's series for |x| <= π / 4; `first` is the
/// factorial's base.
constexpr DoubleWord<double> alternating_series(const DoubleWord<double>& square, int first) {
  double rest = 1;
  for (int n = first + 20; n > first + 4; n -= 2) rest = 1 - rest * square.high / (n * (n - 1));
  DoubleWord<double> sum = square * rest * ratio(-1.0, (first + 4) * (first + 3.0)) + 1.0;
  sum = square * sum * ratio(-1.0, (first + 2) * (first + 1.0)) + 1.0;
  return sum;
}

constexpr DoubleWord<double> sine_series(const DoubleWord<double>& x) {
  return x * alternating_series(x * x, 1);
}
constexpr DoubleWord<double> cosine_series(const DoubleWord<double>& x) {
  return alternating_series(x * x, 0);
}

/// The sine of |x| + quadrants · π / 2.
constexpr DoubleWord<double> sine(const Reduced& x, unsigned quadrants) {
  const unsigned quadrant = (x.quadrant + quadrants) % 4;
  const DoubleWord<double> result = quadrant % 2 == 0 ? sine_series(x.rest) : cosine_series(x.rest);
  return quadrant < 2 ? result : -result;
}

constexpr double sin(double x) {
  if (!is_finite(x)) return nan;
  if (!(magnitude(x) > 0x1p-28)) return x;
  const double result = sine(reduce(x), 0).high;
  return is_negative(x) ? -result : result;
}

constexpr double cos(double x) {
  return is_finite(x) ? sine(reduce(x), 1).high : nan;
}

constexpr double tan(double x) {
  if (!is_finite(x)) return nan;
  if (!(magnitude(x) > 0x1p-28)) return x;
  const Reduced reduced = reduce(x);
  const double result = (sine(reduced, 0) / sine(reduced, 1)).high;
  return is_negative(x) ? -result : result;
}

}  // namespace ctnn::scalar::constant_evaluated
