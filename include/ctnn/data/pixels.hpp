#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace ctnn {

/// What the bytes 0 … 255 of a picture become: byte / 255, or (byte / 255 - 0.5) / 0.5.
enum class PixelRange { zero_to_one, minus_one_to_one };

namespace detail {
/// Appends the numbers that `bytes` stand for.
inline void append_pixels(std::span<const std::byte> bytes, PixelRange range, std::vector<float>& pixels) {
  std::array<float, 256> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float unit = static_cast<float>(i) / 255;
    values[i] = range == PixelRange::zero_to_one ? unit : (unit - 0.5f) / 0.5f;
  }
  const std::size_t before = pixels.size();
  pixels.resize(before + bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i)
    pixels[before + i] = values[std::to_integer<std::size_t>(bytes[i])];
}
}  // namespace detail

}  // namespace ctnn
