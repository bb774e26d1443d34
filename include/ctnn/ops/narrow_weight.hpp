#pragma once
#include <bit>
#include <ctnn/core/geometry.hpp>
#include <ctnn/core/half.hpp>
#include <ctnn/graph/graph_builder.hpp>

namespace ctnn {

/// A weight kept in words, and what its last axis is to be multiplied by, [extent of that axis], or an absent
/// value: what products and convolutions read instead of a weight of numbers.
struct NarrowWeight {
  WeightFormat format;
  Value words, scale;
};

namespace detail {

/// A word in the place of a number, with the same bits: they are moved, never computed with.
template <class T>
constexpr T number_of_word(std::uint32_t word) {
  if constexpr (sizeof(T) == sizeof word)
    return std::bit_cast<T>(word);
  else
    return std::bit_cast<T>(std::uint64_t{word});
}
template <class T>
constexpr std::uint32_t word_of_number(T number) {
  if constexpr (sizeof(T) == sizeof(std::uint32_t))
    return std::bit_cast<std::uint32_t>(number);
  else
    return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(number));
}

/// The integer nearest to x, from -127 to 127; ties away from 0. That of NaN is any.
constexpr std::uint32_t float_to_int8(float x) {
  const float nearest = x < 0 ? x - 0.5f : x + 0.5f;
  const int number = !(nearest < 127) ? 127 : nearest < -127 ? -127 : static_cast<int>(nearest);
  return static_cast<std::uint32_t>(number) & 0xFFu;
}

/// Number `part` of a word.
constexpr float unpack(WeightFormat format, std::uint32_t word, std::size_t part) {
  if (format != WeightFormat::int8) return bfloat16_to_float(static_cast<std::uint16_t>(word >> 16 * part));
  return static_cast<float>(static_cast<std::int8_t>(word >> 8 * part));
}

/// Integers: {format}. Numbers that are neighbours along axis 0 share a word.
struct PackWords {
  static constexpr WeightFormat format(const Attributes& a) {
    return static_cast<WeightFormat>(a.integers[0]);
  }
  static constexpr ResultType shape(const Signature& s, Text&) {
    Extents result = s.operands[0];
    result[0] = rows_of_words(format(s.attributes), result[0]);
    return {result};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const WeightFormat f = format(s.attributes);
    const std::size_t inner = s.result.stride(0), per_word = numbers_per_word(f);
    for (std::size_t i = 0; i < s.result.elements(); ++i) {
      std::uint32_t word = 0;
      for (std::size_t part = 0; part < per_word; ++part) {
        const std::size_t row = i / inner * per_word + part;
        if (row >= s.operands[0][0]) break;
        const float number = static_cast<float>(operands[0][row * inner + i % inner]);
        const std::uint32_t bits =
            f == WeightFormat::int8 ? float_to_int8(number) : float_to_bfloat16(number);
        word |= bits << 32 / per_word * part;
      }
      result[i] = number_of_word<T>(word);
    }
  }
};

}  // namespace detail

namespace primitive {
/// A weight in words. For inference: no derivative.
inline constexpr Primitive pack_words = describe<detail::PackWords>("pack_words", Kind::movement);
}  // namespace primitive
template <>
struct Definition<&primitive::pack_words> : detail::PackWords {};

}  // namespace ctnn
