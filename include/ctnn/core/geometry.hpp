#pragma once
#include <cstddef>
#include <cstdint>

#include <ctnn/core/rounding.hpp>

namespace ctnn {

/// How weights are kept: each as a number of the model's type, or several side by side in a word of 32 bits,
/// the first in its lowest bits.
enum class WeightFormat : std::uint8_t {
  number,
  bfloat16,
  bfloat16_dot,    ///< what a product multiplies by them may be rounded likewise
  bfloat16_pairs,  ///< for kernels alone: both operands of a product are words, which are multiplied as
                   ///< vectors
  int8
};

constexpr std::size_t numbers_per_word(WeightFormat format) {
  return format == WeightFormat::int8                                               ? 4
         : format == WeightFormat::bfloat16 || format == WeightFormat::bfloat16_dot ? 2
                                                                                    : 1;
}
/// Words that hold `rows` numbers; the last may have room for more.
constexpr std::size_t rows_of_words(WeightFormat format, std::size_t rows) {
  return ceil_divide(rows, numbers_per_word(format));
}

/// Sizes of a matrix product, as a kernel's template argument: result[rows, columns] = left · right, `count`
/// times over consecutive matrices. All are row-major; left is [rows, depth], or [depth, rows] when
/// transposed; right is [depth, columns], or [columns, depth] when transposed. Of right, kept in words, a
/// word holds numbers of consecutive rows; there is then one product, and nothing is transposed.
struct MatrixProductSizes {
  std::size_t count = 1, rows, columns, depth;
  bool transpose_left = false, transpose_right = false;
  WeightFormat right_format = WeightFormat::number;
  /// Elements that follow the columns in each row of right; there is then one product, and right is not
  /// transposed.
  std::size_t padding = 0;

  constexpr std::size_t flops() const { return 2 * count * rows * columns * depth; }
  friend constexpr bool operator==(const MatrixProductSizes&, const MatrixProductSizes&) = default;
};

/// A pair of numbers, along the height and the width of an image.
struct Pair {
  std::size_t height, width;
  friend constexpr bool operator==(const Pair&, const Pair&) = default;
};

/// How a window moves over an image. `padding` is what each of the two sides gets.
struct Window {
  Pair kernel, stride{1, 1}, padding{0, 0}, dilation{1, 1};

  static constexpr std::size_t positions(std::size_t extent, std::size_t kernel, std::size_t stride,
                                         std::size_t padding, std::size_t dilation) {
    const std::size_t span = dilation * (kernel - 1) + 1;
    return extent + 2 * padding < span ? 0 : (extent + 2 * padding - span) / stride + 1;
  }
  /// Positions of the window over an image of extents `image`; 0 where it does not fit.
  constexpr Pair output(Pair image) const {
    return {positions(image.height, kernel.height, stride.height, padding.height, dilation.height),
            positions(image.width, kernel.width, stride.width, padding.width, dilation.width)};
  }
  constexpr std::size_t area() const { return kernel.height * kernel.width; }
  friend constexpr bool operator==(const Window&, const Window&) = default;
};

/// Sizes of a 2-d convolution (cross-correlation, as PyTorch's conv2d). input [batch, in_channels, image],
/// weights [out_channels, in_channels / groups, kernel], output [batch, out_channels, window.output(image)].
/// A word of weights holds those of consecutive input channels of a group.
struct ConvolutionSizes {
  std::size_t batch, in_channels, out_channels, groups;
  Pair image;
  Window window;
  WeightFormat weight_format = WeightFormat::number;

  constexpr Pair output() const { return window.output(image); }
  constexpr std::size_t group_inputs() const { return in_channels / groups; }
  constexpr std::size_t group_outputs() const { return out_channels / groups; }
  constexpr std::size_t taps() const { return group_inputs() * window.area(); }
  /// Elements, numbers or words, that an output channel's weights take.
  constexpr std::size_t weights_per_output() const {
    return rows_of_words(weight_format, group_inputs()) * window.area();
  }
  constexpr std::size_t flops() const {
    return 2 * batch * out_channels * output().height * output().width * taps();
  }
  friend constexpr bool operator==(const ConvolutionSizes&, const ConvolutionSizes&) = default;
};

/// Sizes of 2-d pooling over `planes` images (batch times channels).
struct PoolingSizes {
  std::size_t planes;
  Pair image;
  Window window;

  constexpr Pair output() const { return window.output(image); }
  friend constexpr bool operator==(const PoolingSizes&, const PoolingSizes&) = default;
};

/// Sizes of a reduction over the middle of [outer, reduced, inner].
struct ReductionSizes {
  std::size_t outer, reduced, inner;
  friend constexpr bool operator==(const ReductionSizes&, const ReductionSizes&) = default;
};

/// A box of extents `box` that begins at `begin` in a larger row-major block.
struct BoxSizes {
  std::size_t rank;
  std::size_t block[6], box[6], begin[6];
  friend constexpr bool operator==(const BoxSizes&, const BoxSizes&) = default;
};

/// Sizes of a running value along the middle of [outer, steps, inner].
struct RunningSizes {
  std::size_t outer, steps, inner;
  bool backward;
  friend constexpr bool operator==(const RunningSizes&, const RunningSizes&) = default;
};

/// A permutation of the axes of a row-major array of up to six axes: axis i of the result is axis axes[i] of
/// the input, whose extents are `extents`.
struct Permutation {
  std::size_t rank;
  std::size_t extents[6], axes[6];
  friend constexpr bool operator==(const Permutation&, const Permutation&) = default;
};

/// Sizes of a gather along the middle of [outer, axis, inner] by an index [outer, picked, inner].
struct GatherSizes {
  std::size_t outer, axis, picked, inner;
  friend constexpr bool operator==(const GatherSizes&, const GatherSizes&) = default;
};

}  // namespace ctnn
