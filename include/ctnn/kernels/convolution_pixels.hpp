#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/kernels/convolution_plan.hpp>

/// Convolution with vectors along the output's rows: each weight is broadcast, so few channels are as good as
/// many.
namespace ctnn::kernels {

/// Weight (output channel r, tap k) of a group is at r · row_step + k · tap_step; groups are group_step
/// apart.
struct WeightSteps {
  std::size_t row_step, tap_step, group_step;
};

template <class T, ConvolutionSizes S>
struct PixelPlan {
  static constexpr Pair output = S.output();
  static constexpr GridTile tile = choose_grid_tile<T>(output, S.group_outputs(), S.taps(), true);
  static constexpr std::size_t vectors = ceil_divide(output.width, tile.lanes);
  // Each step of a tile reads another line of weights: from a farther cache if they are many.
  static constexpr std::size_t tiles = ceil_divide(output.height, tile.height) *
                                       ceil_divide(vectors, tile.width) *
                                       ceil_divide(S.group_outputs(), tile.others);
  static constexpr std::size_t cost = tile.cost + (64 * S.taps() > 16384 ? 4 * S.taps() * tiles : 0);
};

/// Adds what `Planes` input channels, whose weights are in the same words, have in a tile's sums.
template <ConvolutionSizes S, ImageLayout L, WeightSteps W, Steps RowSteps, Steps VectorSteps,
          std::size_t Tail, std::size_t Planes, class B, std::size_t R, std::size_t V>
CTNN_INLINE void add_planes(B (&sums)[R][V], const Element<B>* image, const Element<B>* weights) {
  constexpr std::size_t columns = S.window.kernel.width, unroll = columns <= 7 ? columns : 1;
  for (std::size_t row = 0; row < S.window.kernel.height; ++row) {
    for (std::size_t column = 0; column < columns; column += unroll) {
      CTNN_UNROLL for (std::size_t k = 0; k < unroll; ++k) {
        CTNN_UNROLL for (std::size_t i = 0; i < Planes; ++i) {
          accumulate_outer<RowSteps, VectorSteps, Tail, S.weight_format>(
              sums, weights, image + i * L.plane() + window_offsets<S, L>[column + k], i);
        }
        weights += W.tap_step;
      }
    }
    image += S.window.dilation.height * L.pitch();
  }
}

/// R channels of height x V batches from row y and vector `vector`.
template <class T, ConvolutionSizes S, ImageLayout L, WeightSteps W, std::size_t R, std::size_t Height,
          std::size_t V, class Sink>
CTNN_INLINE void pixel_tile(const T* image, const T* weights, std::size_t y, std::size_t vector,
                            std::size_t row, Sink& sink) {
  using Plan = PixelPlan<T, S>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  constexpr std::size_t width = Plan::output.width;
  constexpr std::size_t tail = width % lanes<B>;
  constexpr Steps vector_steps{V, lanes<B>, S.window.stride.height * L.pitch()};
  constexpr Steps row_steps{R, W.row_step};
  image += y * S.window.stride.height * L.pitch() + vector * lanes<B>;

  const auto run = [&]<std::size_t Tail>() CTNN_INLINED {
    constexpr std::size_t loaded = L.copied ? 0 : Tail;
    B sums[R][Height * V];
    clear(sums);
    constexpr std::size_t inputs = S.group_inputs(), per_word = numbers_per_word(S.weight_format);
    // Locals rather than what the closure refers to, which g++ would read again at each step.
    const T *right = image, *left = weights;
    for (std::size_t word = 0; word < inputs / per_word; ++word) {
      add_planes<S, L, W, row_steps, vector_steps, loaded, per_word>(sums, right, left);
      right += per_word * L.plane();
      left += S.window.area() * W.tap_step;
    }
    if constexpr (inputs % per_word != 0) {
      add_planes<S, L, W, row_steps, vector_steps, loaded, inputs % per_word>(sums, right, left);
    }
    CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) {
      CTNN_UNROLL for (std::size_t v = 0; v < Height * V; ++v) {
        deliver<Tail>(sink, row + r, (y + v / V) * width + (vector + v % V) * lanes<B>, sums[r][v],
                      v % V == V - 1);
      }
    }
  };
  if constexpr (tail == 0) {
    run.template operator()<0>();
  } else if constexpr (V == Plan::vectors || (Plan::vectors - V) % Plan::tile.width == 0) {
    // This tile may be the one that ends the row.
    if (vector + V == Plan::vectors) {
      run.template operator()<tail>();
    } else {
      run.template operator()<0>();
    }
  } else {
    run.template operator()<0>();
  }
}

/// One image (as in L) of all groups; `row` is the sink's first row.
template <class T, ConvolutionSizes S, ImageLayout L, WeightSteps W, class Sink>
CTNN_INLINE void convolve_along_pixels(const T* image, const T* weights, std::size_t row, Sink& sink) {
  using Plan = PixelPlan<T, S>;
  for (std::size_t g = 0; g < S.groups; ++g) {
    // A block of channels goes along a whole row, so that its weights stay near and its rows are written
    // through.
    const auto rows = [&]<std::size_t Height>(std::size_t line) CTNN_INLINED {
      for_each_run<S.group_outputs(), Plan::tile.others>([&]<std::size_t R>(
                                                             std::size_t channel) CTNN_INLINED {
        for_each_run<Plan::vectors, Plan::tile.width>([&]<std::size_t V>(std::size_t vector) CTNN_INLINED {
          pixel_tile<T, S, L, W, R, Height, V>(image, weights + channel * W.row_step, line, vector,
                                               row + g * S.group_outputs() + channel, sink);
        });
      });
    };
    for_each_run<Plan::output.height, Plan::tile.height>(rows);
    image += S.group_inputs() * L.plane();
    weights += W.group_step;
  }
}

}  // namespace ctnn::kernels
