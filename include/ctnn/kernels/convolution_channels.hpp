#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/kernels/convolution_plan.hpp>

/// Convolution with vectors along the output channels: each input element is broadcast, so any stride is as
/// good as another. Results leave by way of a strip of output rows, which is transposed to planes.
namespace ctnn::kernels {

/// Weights as [taps, columns] for each group: rows `stride` apart, groups `group_step` apart. When `padded`,
/// vectors may be read beyond a group's columns.
struct WeightColumns {
  std::size_t stride, group_step;
  bool padded;
};

/// Output channels that are `taps` horizontal shifts of fewer channels, outermost: shift i of column x adds
/// to column x + i · dilation - padding of a result of `width` columns. taps == 1 stands for nothing to add.
struct Fold {
  std::size_t taps = 1, dilation = 1, padding = 0, width = 0;
};

/// Rows of taps that tiles of `height` output rows compute: those that lie in the border for all of a tile's
/// rows are left out.
constexpr std::size_t rows_of_taps(const ConvolutionSizes& s, std::size_t height) {
  const Window& w = s.window;
  std::size_t total = 0;
  for (std::size_t y = 0; y < s.output().height; y += height) {
    const std::size_t rows = std::min(height, s.output().height - y);
    for (std::size_t i = 0; i < w.kernel.height; ++i) {
      const std::size_t top = y * w.stride.height + i * w.dilation.height;
      const bool outside =
          top + (rows - 1) * w.stride.height < w.padding.height || top >= w.padding.height + s.image.height;
      if (!outside) total += rows;
    }
  }
  return total;
}

/// The cheapest tile, with regard to the rows of taps that it leaves out.
template <class T>
constexpr GridTile choose_channel_tile(const ConvolutionSizes& s) {
  const Pair output = s.output();
  GridTile tile = choose_grid_tile<T>(output, s.group_outputs(), s.taps(), false);
  if (s.window.padding.height == 0) return tile;
  GridTile flat = choose_grid_tile<T>(Pair{1, output.width}, s.group_outputs(), s.taps(), false);
  tile.cost = tile.cost * rows_of_taps(s, tile.height) / (output.height * s.window.kernel.height);
  flat.cost = flat.cost * rows_of_taps(s, 1) / s.window.kernel.height;
  return flat.cost < tile.cost ? flat : tile;
}

template <class T, ConvolutionSizes S, Fold F>
struct ChannelPlan {
  static constexpr Pair output = S.output();
  static constexpr GridTile tile = choose_channel_tile<T>(S);
  static constexpr std::size_t block = lanes<BlockBatch<T>>;
  static constexpr std::size_t columns = round_up(S.group_outputs(), std::max(tile.lanes, block));
  // A strip that will be folded has zeros beside its rows, so that every shift can be read.
  static constexpr std::size_t border = F.taps == 1 ? 0 : (F.taps - 1) * F.dilation - F.padding;
  static constexpr std::size_t width = output.width + 2 * border;
  static constexpr std::size_t limit = 16384 / (width * columns * sizeof(T));
  static constexpr std::size_t rows =
      std::min(output.height, std::max<std::size_t>(1, limit / tile.height) * tile.height);
  static constexpr std::size_t strip = rows * width * columns + block;
  static constexpr std::size_t folded_width = F.taps == 1 ? output.width : F.width;
  static constexpr std::size_t folded_channels = S.group_outputs() / F.taps;
  static constexpr std::size_t folded_columns = round_up(folded_channels, block);
  static constexpr std::size_t folded_strip = F.taps == 1 ? 0 : rows * folded_width * folded_columns;
  static constexpr std::size_t scratch = round_up(strip, 16) + folded_strip;
};

/// Sums over all taps of `height` x `width` outputs from (y, x) and V vectors of channels, into `strip`.
template <class T, ConvolutionSizes S, Fold F, ImageLayout L, WeightColumns W, std::size_t Height,
          std::size_t Width, std::size_t V, std::size_t Tail>
CTNN_INLINE void channel_tile(const T* image, const T* weights, std::size_t y, std::size_t x, T* strip) {
  using Plan = ChannelPlan<T, S, F>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  constexpr Steps cells{Width, S.window.stride.width, S.window.stride.height * L.pitch()};
  constexpr Steps vectors{V, lanes<B>};
  constexpr std::size_t area = S.window.area();
  std::size_t first = 0, last = area;
  if constexpr (S.window.padding.height != 0) {
    // Rows of the window that lie in the border for all of the tile's rows add nothing.
    const std::size_t top = y * S.window.stride.height, padding = S.window.padding.height;
    const std::size_t bottom = top + (Height - 1) * S.window.stride.height;
    while (bottom + first / S.window.kernel.width * S.window.dilation.height < padding) {
      first += S.window.kernel.width;
    }
    while (top + (last / S.window.kernel.width - 1) * S.window.dilation.height >= padding + S.image.height) {
      last -= S.window.kernel.width;
    }
  }
  image += y * S.window.stride.height * L.pitch() + x * S.window.stride.width;
  B sums[Height * Width][V];
  clear(sums);
  for (std::size_t c = 0; c < S.group_inputs(); ++c) {
    for (std::size_t k = first; k < last; ++k) {
      accumulate_outer<cells, vectors, Tail>(sums, image + window_offsets<S, L>[k], weights + k * W.stride);
    }
    image += L.plane();
    weights += area * W.stride;
  }
  CTNN_UNROLL for (std::size_t i = 0; i < Height * Width; ++i) {
    CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) {
      store(strip + (i / Width * Plan::width + Plan::border + x + i % Width) * Plan::columns + v * lanes<B>,
            sums[i][v]);
    }
  }
}

/// Clears what stands beside a strip's rows.
template <class Plan, class T>
CTNN_INLINE void clear_borders(T* strip) {
  constexpr std::size_t border = Plan::border * Plan::columns;
  for (std::size_t y = 0; y < Plan::rows; ++y) {
    T* const row = strip + y * Plan::width * Plan::columns;
    fill_zero(row, border);
    fill_zero(row + Plan::width * Plan::columns - border, border);
  }
}

/// Adds the shifts of `rows` rows of a strip.
template <class T, ConvolutionSizes S, Fold F>
CTNN_INLINE void fold_strip(const T* strip, std::size_t rows, T* folded) {
  using Plan = ChannelPlan<T, S, F>;
  using B = BlockBatch<T>;
  constexpr std::size_t reach = (F.taps - 1) * F.dilation;
  for (std::size_t y = 0; y < rows; ++y) {
    for (std::size_t x = 0; x < F.width; ++x) {
      const T* const cell = strip + (y * Plan::width + x) * Plan::columns;
      for (std::size_t c = 0; c < Plan::folded_channels; c += lanes<B>) {
        B sum = load<B>(cell + reach * Plan::columns + c);
        for (std::size_t i = 1; i < F.taps; ++i) {
          sum += load<B>(cell + (reach - i * F.dilation) * Plan::columns + i * Plan::folded_channels + c);
        }
        store(folded + (y * F.width + x) * Plan::folded_columns + c, sum);
      }
    }
  }
}

/// One image (as in L) of all groups; `row` is the sink's first row.
template <class T, ConvolutionSizes S, Fold F, ImageLayout L, WeightColumns W, class Sink>
CTNN_INLINE void convolve_along_channels(const T* image, const T* weights, T* scratch, std::size_t row,
                                         Sink& sink) {
  using Plan = ChannelPlan<T, S, F>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  constexpr std::size_t tile_height = Plan::tile.height, tile_width = Plan::tile.width;
  constexpr std::size_t tile_vectors = Plan::tile.others;
  constexpr std::size_t vectors = ceil_divide(S.group_outputs(), lanes<B>);
  constexpr std::size_t tail = W.padded ? 0 : S.group_outputs() % lanes<B>;
  T* const folded = scratch + round_up(Plan::strip, 16);
  if constexpr (Plan::border != 0) clear_borders<Plan>(scratch);
  for (std::size_t g = 0; g < S.groups; ++g) {
    for (std::size_t begin = 0; begin < Plan::output.height; begin += Plan::rows) {
      const std::size_t rows = std::min(Plan::rows, Plan::output.height - begin);
      const auto panel = [&]<std::size_t V, std::size_t Tail>(std::size_t vector) {
        const auto cells = [&]<std::size_t Height, std::size_t Width>(std::size_t y, std::size_t x) {
          channel_tile<T, S, F, L, W, Height, Width, V, Tail>(
              image, weights + vector * lanes<B>, begin + y, x,
              scratch + y * Plan::width * Plan::columns + vector * lanes<B>);
        };
        std::size_t y = 0;
        for (; y + tile_height <= rows; y += tile_height) {
          for_each_run<Plan::output.width, tile_width>(
              [&]<std::size_t Width>(std::size_t x) { cells.template operator()<tile_height, Width>(y, x); });
        }
        if constexpr (Plan::output.height % tile_height != 0) {
          if (y < rows) cells.template operator()<Plan::output.height % tile_height, tile_width>(y, 0);
        }
      };
      constexpr std::size_t last =
          tail != 0 && vectors % tile_vectors == 0 ? tile_vectors : vectors % tile_vectors;
      std::size_t vector = 0;
      for (; vector < vectors - last; vector += tile_vectors) {
        panel.template operator()<tile_vectors, 0>(vector);
      }
      if constexpr (last != 0) panel.template operator()<last, tail>(vector);

      const std::size_t channel = row + g * Plan::folded_channels, column = begin * Plan::folded_width;
      if constexpr (F.taps == 1) {
        deliver_strip<Plan::folded_channels, Plan::columns>(sink, scratch, rows * Plan::folded_width, channel,
                                                            column);
      } else {
        fold_strip<T, S, F>(scratch, rows, folded);
        deliver_strip<Plan::folded_channels, Plan::folded_columns>(sink, folded, rows * Plan::folded_width,
                                                                   channel, column);
      }
    }
    image += S.group_inputs() * L.plane();
    weights += W.group_step;
  }
}

}  // namespace ctnn::kernels
