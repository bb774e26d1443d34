#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include <ctnn/core/geometry.hpp>
#include <ctnn/kernels/simd.hpp>

namespace ctnn::kernels {

/// How a convolution sees its images: as they are, or as a copy with zero borders, of which each row is split
/// into `phases` runs (all columns that are equal modulo the stride) so that a strided window reads vectors.
struct ImageLayout {
  bool copied;
  std::size_t channels, rows, phases, phase_pitch;

  constexpr std::size_t pitch() const { return phases * phase_pitch; }
  constexpr std::size_t plane() const { return rows * pitch(); }
  constexpr std::size_t size() const { return channels * plane(); }
};

constexpr ImageLayout image_layout(const ConvolutionSizes& s, bool copied, std::size_t phases) {
  if (!copied) return {false, s.in_channels, s.image.height, 1, s.image.width};
  const std::size_t width = s.image.width + 2 * s.window.padding.width;
  return {true, s.in_channels, s.image.height + 2 * s.window.padding.height, phases,
          ceil_divide(width, phases)};
}

/// Offset of each position of the window, from its first.
template <ConvolutionSizes S, ImageLayout L>
inline constexpr auto window_offsets = [] {
  std::array<std::uint32_t, S.window.area()> offsets{};
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const std::size_t row = i / S.window.kernel.width * S.window.dilation.height;
    const std::size_t column = i % S.window.kernel.width * S.window.dilation.width;
    offsets[i] =
        static_cast<std::uint32_t>(row * L.pitch() + column % L.phases * L.phase_pitch + column / L.phases);
  }
  return offsets;
}();

template <class T>
CTNN_INLINE void fill(T* data, std::size_t count, T value) {
  using B = Batch<T>;
  std::size_t i = 0;
  for (; i + lanes<B> <= count; i += lanes<B>) store(data + i, broadcast<B>(value));
  if constexpr (lanes<B> != 1) store_partial(data + i, broadcast<B>(value), count - i);
}
template <class T>
CTNN_INLINE void fill_zero(T* data, std::size_t count) {
  fill(data, count, T(0));
}

template <std::size_t Count, class T>
CTNN_INLINE void copy_run(const T* from, T* to) {
  using B = Batch<T>;
  constexpr std::size_t whole = Count / lanes<B> * lanes<B>;
  for (std::size_t i = 0; i < whole; i += lanes<B>) store(to + i, load<B>(from + i));
  if constexpr (whole != Count) {
    store_partial(to + whole, load_partial<B>(from + whole, Count - whole), Count - whole);
  }
}

/// Clears what copy_image leaves of a copy: its borders, and what follows it up to `count` elements.
template <class T, ConvolutionSizes S, ImageLayout L>
[[gnu::noinline]] void clear_around(T* copy, std::size_t count) {
  constexpr Pair padding = S.window.padding;
  if constexpr (L.phases != 1) {
    fill_zero(copy, count);
  } else {
    T* from = copy;
    for (std::size_t c = 0; c < S.in_channels; ++c) {
      T* row = copy + c * L.plane() + padding.height * L.pitch() + padding.width;
      for (std::size_t y = 0; y < S.image.height; ++y) {
        fill_zero(from, static_cast<std::size_t>(row - from));
        from = row + S.image.width;
        row += L.pitch();
      }
    }
    fill_zero(from, count - static_cast<std::size_t>(from - copy));
  }
}

/// Copies one image of all channels into a layout whose borders are 0 already.
template <class T, ConvolutionSizes S, ImageLayout L>
[[gnu::noinline]] void copy_image(const T* image, T* copy) {
  constexpr Pair padding = S.window.padding;
  for (std::size_t c = 0; c < S.in_channels; ++c) {
    T* plane = copy + c * L.plane() + padding.height * L.pitch();
    for (std::size_t y = 0; y < S.image.height; ++y) {
      if constexpr (L.phases == 1) {
        copy_run<S.image.width>(image, plane + y * L.pitch() + padding.width);
      } else {
        for (std::size_t x = 0; x < S.image.width; ++x) {
          const std::size_t column = x + padding.width;
          plane[y * L.pitch() + column % L.phases * L.phase_pitch + column / L.phases] = image[x];
        }
      }
      image += S.image.width;
    }
  }
}

}  // namespace ctnn::kernels
