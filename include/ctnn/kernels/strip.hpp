#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <ctnn/core/rounding.hpp>
#include <ctnn/kernels/image.hpp>

namespace ctnn::kernels {

/// How the gradient of a convolution's weights reads an image: in place, or strip by strip in a copy with
/// zero borders. Of each channel the copy has the rows of the strip, apart by their number modulo `phases`;
/// of each such set it has `views`, and view v holds columns v · first + x · step for x < pitch.
struct StripLayout {
  bool copied, unfolded;
  std::size_t phases, rows, views, first, step, pitch;

  constexpr std::size_t plane() const { return phases * views * rows * pitch; }
};

/// Rows of the image that `height` rows of outputs see.
constexpr std::size_t rows_seen(const ConvolutionSizes& s, std::size_t height) {
  return (height - 1) * s.window.stride.height + (s.window.kernel.height - 1) * s.window.dilation.height + 1;
}

/// The image as it is.
constexpr StripLayout layout_in_place(const ConvolutionSizes& s) {
  return {false, false, 1, s.image.height, 1, 1, 1, s.image.width};
}
/// A copy of what `height` rows of outputs see, between its borders.
constexpr StripLayout bordered_layout(const ConvolutionSizes& s, std::size_t height) {
  return {true, false, 1, rows_seen(s, height), 1, 1, 1, s.image.width + 2 * s.window.padding.width};
}
/// The same, so that a window's next output is the next element, and the row below it the next row.
constexpr StripLayout phased_layout(const ConvolutionSizes& s, std::size_t height) {
  const Pair stride = s.window.stride;
  const std::size_t width = s.image.width + 2 * s.window.padding.width;
  return {true,         false, stride.height, ceil_divide(rows_seen(s, height), stride.height),
          stride.width, 1,     stride.width,  ceil_divide(width, stride.width)};
}
/// One view for each column of the window, of what it sees and nothing else.
constexpr StripLayout unfolded_layout(const ConvolutionSizes& s, std::size_t height) {
  StripLayout layout = phased_layout(s, height);
  layout.unfolded = true;
  layout.views = s.window.kernel.width;
  layout.first = s.window.dilation.width;
  layout.pitch = s.output().width;
  return layout;
}

/// From the first output of a row to that of the next.
template <ConvolutionSizes S, StripLayout L>
inline constexpr std::size_t row_step = S.window.stride.height / L.phases* L.pitch;

/// Offset of each position of the window from the first position of the strip.
template <ConvolutionSizes S, StripLayout L>
inline constexpr auto strip_offsets = [] {
  std::array<std::uint32_t, S.window.area()> offsets{};
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const std::size_t row = i / S.window.kernel.width * S.window.dilation.height;
    const std::size_t column = i % S.window.kernel.width * S.window.dilation.width;
    const std::size_t view = L.unfolded ? column / L.first : column % L.views;
    const std::size_t inside = (column - view * L.first) / L.step;
    offsets[i] = static_cast<std::uint32_t>((row % L.phases * L.views + view) * L.rows * L.pitch +
                                            row / L.phases * L.pitch + inside);
  }
  return offsets;
}();

/// Copies `count` elements, each `step` after the other.
template <std::size_t Step, class T>
CTNN_INLINE void copy_spaced(const T* from, T* to, std::size_t count) {
  using B = Batch<T>;
  constexpr std::size_t n = lanes<B>;
  if constexpr (Step == 1) {
    if (count < n) return store_partial(to, load_partial<B>(from, count), count);
    for (std::size_t i = 0; i + n <= count; i += n) store(to + i, load<B>(from + i));
    if (count % n != 0) store(to + count - n, load<B>(from + count - n));
  } else {
    for (std::size_t i = 0; i < count; ++i) to[i] = from[i * Step];
  }
}

/// Copies all channels of what `height` rows of outputs from row y on see.
template <class T, ConvolutionSizes S, StripLayout L>
[[gnu::noinline]] void copy_strip(const T* image, std::size_t y, std::size_t height, T* copy) {
  const std::size_t padding = S.window.padding.width, top = y * S.window.stride.height;
  for (std::size_t channel = 0; channel < S.in_channels; ++channel) {
    for (std::size_t view = 0; view < L.views; ++view) {
      // What of a row of the view is within the image.
      const std::size_t left = view * L.first;
      const std::size_t begin = left < padding ? std::min(ceil_divide(padding - left, L.step), L.pitch) : 0;
      const std::size_t right = std::max(S.image.width + padding, left) - left;
      const std::size_t end = std::clamp(ceil_divide(right, L.step), begin, L.pitch);
      const T* from = image + (std::max(left + begin * L.step, padding) - padding);
      for (std::size_t row = 0; row < rows_seen(S, height); ++row) {
        T* to = copy + ((row % L.phases * L.views + view) * L.rows + row / L.phases) * L.pitch;
        const std::size_t source = top + row - S.window.padding.height;
        if (source >= S.image.height) {
          fill_zero(to, L.pitch);
          continue;
        }
        for (std::size_t x = 0; x < begin; ++x) to[x] = T(0);
        copy_spaced<L.step>(from + source * S.image.width, to + begin, end - begin);
        for (std::size_t x = end; x < L.pitch; ++x) to[x] = T(0);
      }
    }
    image += S.image.height * S.image.width;
    copy += L.plane();
  }
}

}  // namespace ctnn::kernels
