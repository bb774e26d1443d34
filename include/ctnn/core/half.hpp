#pragma once
#include <bit>
#include <cstdint>

namespace ctnn {

/// The value of an IEEE 754 binary16 number given by its bits: 1 sign, 5 exponent, 10 fraction. Exact, with
/// subnormals, infinities and NaN (its fraction kept).
constexpr float half_to_float(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t exponent = bits >> 10 & 0x1Fu;
  const std::uint32_t fraction = bits & 0x3FFu;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign == 0 ? magnitude : -magnitude;
  }
  const std::uint32_t widened = exponent == 0x1F ? 0xFF : exponent + (127 - 15);
  return std::bit_cast<float>(sign | widened << 23 | fraction << 13);
}

/// The value of a bfloat16 number given by its bits: the upper half of a float. Exact.
constexpr float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// The binary16 number nearest to `value`, ties to even; overflow gives infinity, NaN stays NaN (quiet).
constexpr std::uint16_t float_to_half(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  std::uint32_t result = 0;
  if (magnitude > 0x7F800000u) {
    result = 0x7E00u | (magnitude >> 13 & 0x3FFu);
  } else if (magnitude >= 0x47800000u) {
    result = 0x7C00u;
  } else if (magnitude < 0x33000000u) {
    result = 0;
  } else {
    // Below 2^-14 the fraction loses one bit per power of two, and its leading one becomes explicit.
    const std::uint32_t exponent = magnitude >> 23;
    const bool subnormal = exponent < 113;
    const std::uint32_t shift = subnormal ? 126 - exponent : 13;
    const std::uint32_t significand =
        subnormal ? (magnitude & 0x7FFFFFu) | 0x800000u : magnitude - (std::uint32_t{112} << 23);
    const std::uint32_t odd = significand >> shift & 1;
    result = (significand + (std::uint32_t{1} << (shift - 1)) - 1 + odd) >> shift;
  }
  return static_cast<std::uint16_t>(sign | result);
}

/// The bfloat16 number nearest to `value`, ties to even; overflow gives infinity, NaN stays NaN (quiet).
constexpr std::uint16_t float_to_bfloat16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<std::uint16_t>(bits >> 16 | 0x40u);
  return static_cast<std::uint16_t>((bits + 0x7FFFu + (bits >> 16 & 1)) >> 16);
}

}  // namespace ctnn
