#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <ctnn/core/half.hpp>
#include <limits>

using ctnn::bfloat16_to_float, ctnn::float_to_bfloat16, ctnn::float_to_half, ctnn::half_to_float;

static_assert(half_to_float(0x3C00) == 1.0f && half_to_float(0xC000) == -2.0f);
static_assert(half_to_float(0x7BFF) == 65504.0f);
static_assert(half_to_float(0x0001) == 0x1p-24f && half_to_float(0x83FF) == -1023 * 0x1p-24f);
static_assert(std::bit_cast<std::uint32_t>(half_to_float(0x8000)) == 0x80000000u);
static_assert(half_to_float(0x7C00) == std::numeric_limits<float>::infinity());
static_assert(bfloat16_to_float(0x3F80) == 1.0f && bfloat16_to_float(0x0001) == 0x1p-133f);
static_assert(float_to_half(65519.0f) == 0x7BFF && float_to_half(65520.0f) == 0x7C00);
static_assert(float_to_half(0x1p-25f) == 0 && float_to_half(0x1.000002p-25f) == 1);
static_assert(float_to_half(1.0f + 0x1p-11f) == 0x3C00 && float_to_half(1.0f + 3 * 0x1p-11f) == 0x3C02);
static_assert(float_to_half(1e-10f) == 0 && float_to_half(-1e10f) == 0xFC00);
static_assert(float_to_bfloat16(1.0f + 0x1p-8f) == 0x3F80 && float_to_bfloat16(1.0f + 3 * 0x1p-8f) == 0x3F82);
static_assert(float_to_bfloat16(std::numeric_limits<float>::max()) == 0x7F80);

TEST_CASE("every half and bfloat16 number survives the way to float and back") {
  int mistakes = 0;
  for (std::uint32_t i = 0; i <= 0xFFFF; ++i) {
    const auto bits = static_cast<std::uint16_t>(i);
    const float half = half_to_float(bits), brain = bfloat16_to_float(bits);
    const bool half_is_nan = (bits & 0x7FFF) > 0x7C00, brain_is_nan = (bits & 0x7FFF) > 0x7F80;
    const bool right = std::isnan(half) == half_is_nan && std::isnan(brain) == brain_is_nan &&
                       float_to_half(half) == (half_is_nan ? bits | 0x0200 : bits) &&
                       float_to_bfloat16(brain) == (brain_is_nan ? bits | 0x0040 : bits);
    mistakes += !right;
  }
  CHECK(mistakes == 0);
}

TEST_CASE("a half number's value is its formula") {
  int mistakes = 0;
  for (std::uint32_t bits = 0; bits < 0x7C00; ++bits) {
    const int exponent = static_cast<int>(bits >> 10);
    const int fraction = static_cast<int>(bits & 0x3FF);
    const double expected =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    mistakes += static_cast<double>(half_to_float(static_cast<std::uint16_t>(bits))) != expected;
  }
  CHECK(mistakes == 0);
}

TEST_CASE("a float between two half numbers goes to the nearer, or to the even one") {
  int mistakes = 0;
  for (std::uint16_t bits = 0; bits < 0x7BFF; ++bits) {
    const auto next = static_cast<std::uint16_t>(bits + 1);
    const float middle = (half_to_float(bits) + half_to_float(next)) / 2;
    const bool right = float_to_half(middle) == (bits % 2 == 0 ? bits : next) &&
                       float_to_half(std::nextafter(middle, 0.0f)) == bits &&
                       float_to_half(std::nextafter(middle, 1e9f)) == next;
    mistakes += !right;
  }
  CHECK(mistakes == 0);
}
