#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

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

/// The cheapest tile, with regard to the rows of taps that it leaves out, and to the copy of the image that a
/// tile of more than one row needs where there is padding.
template <class T>
constexpr GridTile choose_channel_tile(const ConvolutionSizes& s) {
  const Pair output = s.output();
  GridTile tile = choose_grid_tile<T>(output, s.group_outputs(), s.taps(), false);
  if (s.window.padding == Pair{0, 0}) return tile;
  GridTile flat = choose_grid_tile<T>(Pair{1, output.width}, s.group_outputs(), s.taps(), false);
  tile.cost = tile.cost * rows_of_taps(s, tile.height) / (output.height * s.window.kernel.height);
  flat.cost = flat.cost * rows_of_taps(s, 1) / s.window.kernel.height;
  if (tile.height > 1) tile.cost += image_layout(s, true, 1).size() / s.groups;
  return flat.cost < tile.cost ? flat : tile;
}

/// A strip holds the rows of one panel, the channels of a tile; one that will be folded holds all channels.
template <class T, ConvolutionSizes S, Fold F>
struct ChannelPlan {
  static constexpr Pair output = S.output();
  static constexpr GridTile tile = choose_channel_tile<T>(S);
  static constexpr std::size_t panel = tile.others * tile.lanes;
  // Each strip is done for all channels if their weights stay near, else all strips for one panel.
  static constexpr std::size_t block =
      S.group_outputs() * S.weights_per_output() * sizeof(T) <= 262144 ? S.group_outputs() : panel;
  // A strip is gone through with as many input channels at a time as leave a panel's weights in the nearest
  // cache: whole words of them.
  static constexpr std::size_t inputs = round_up(
      ceil_divide(
          S.group_inputs(),
          ceil_divide(std::min(panel, S.group_outputs()) * S.weights_per_output() * sizeof(T), 20480)),
      numbers_per_word(S.weight_format));
  static constexpr std::size_t exchanged = lanes<BlockBatch<T>>;
  static constexpr std::size_t columns =
      round_up(F.taps == 1 ? std::min(panel, round_up(S.group_outputs(), tile.lanes))
                           : round_up(S.group_outputs(), tile.lanes),
               exchanged);
  // A tile of one row leaves out what lies beside the image; others need a copy with zeros there.
  static constexpr bool bordered = S.window.padding != Pair{0, 0} && tile.height > 1;
  // A strip that will be folded has zeros beside its rows, so that every shift can be read.
  static constexpr std::size_t border = F.taps == 1 ? 0 : (F.taps - 1) * F.dilation - F.padding;
  static constexpr std::size_t width = output.width + 2 * border;
  static constexpr std::size_t limit = 16384 / (width * columns * sizeof(T));
  static constexpr std::size_t rows =
      std::min(output.height, std::max<std::size_t>(1, limit / tile.height) * tile.height);
  static constexpr std::size_t strip = rows * width * columns + exchanged;
  static constexpr std::size_t folded_width = F.taps == 1 ? output.width : F.width;
  static constexpr std::size_t folded_channels = S.group_outputs() / F.taps;
  static constexpr std::size_t folded_columns = round_up(folded_channels, exchanged);
  static constexpr std::size_t folded_strip = F.taps == 1 ? 0 : rows * folded_width * folded_columns;
  static constexpr std::size_t scratch = round_up(strip, 16) + folded_strip;
};

/// Columns of taps [first, last) that reach the same cells [begin, end) of a row of cells.
struct TapColumns {
  std::size_t first, last, begin, end;
  friend constexpr bool operator==(const TapColumns&, const TapColumns&) = default;
};

/// Those of `width` outputs from column x on that begin with tap column `first`; with `padding`, cells whose
/// tap lies beside the image are left out.
constexpr TapColumns tap_columns(const ConvolutionSizes& s, std::size_t padding, std::size_t x,
                                 std::size_t width, std::size_t first) {
  const Window& w = s.window;
  const auto range = [&](std::size_t tap) {
    std::size_t begin = 0, end = width;
    const auto column = [&](std::size_t cell) {
      return (x + cell) * w.stride.width + tap * w.dilation.width;
    };
    while (begin < end && column(begin) < padding) ++begin;
    while (begin < end && padding != 0 && column(end - 1) >= padding + s.image.width) --end;
    return Pair{begin, end};
  };
  const Pair cells = range(first);
  std::size_t last = first + 1;
  while (last < w.kernel.width && range(last) == cells) ++last;
  return {first, last, cells.height, cells.width};
}

/// Where a tap of some columns is: in the image, and among the weights' rows.
struct TapOffset {
  std::uint32_t image, weight;
};

template <ConvolutionSizes S, ImageLayout L, std::size_t Columns>
inline constexpr auto tap_offsets = [] {
  std::array<TapOffset, S.window.kernel.height * Columns> offsets{};
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const std::size_t row = i / Columns, column = i % Columns;
    offsets[i] = {static_cast<std::uint32_t>(row * S.window.dilation.height * L.pitch() +
                                             column * S.window.dilation.width),
                  static_cast<std::uint32_t>(row * S.window.kernel.width + column)};
  }
  return offsets;
}();

/// Adds the taps of columns C, in `rows` rows of the window, of `inputs` channels to a tile's sums. `image`
/// is the first of these taps' first cell, as `weights` is its weight.
template <ConvolutionSizes S, ImageLayout L, WeightColumns W, TapColumns C, Steps Cells, std::size_t Tail,
          class B, std::size_t R, std::size_t V>
CTNN_INLINE void add_taps(B (&sums)[R][V], const Element<B>* image, const Element<B>* weights,
                          std::size_t rows, std::size_t inputs) {
  constexpr std::size_t columns = C.last - C.first, per_word = numbers_per_word(S.weight_format);
  constexpr Steps vectors{V, lanes<B>};
  // As many channels as have their weights in the same words.
  const auto add_word = [&]<std::size_t Channels>() CTNN_INLINED {
    for (std::size_t k = 0; k < rows * columns; ++k) {
      const TapOffset tap = tap_offsets<S, L, columns>[k];
      const std::size_t row = columns == S.window.kernel.width ? k : tap.weight;
      CTNN_UNROLL for (std::size_t i = 0; i < Channels; ++i) {
        accumulate_outer<Cells, vectors, Tail, WeightFormat::number, S.weight_format, C.begin, C.end>(
            sums, image + i * L.plane() + tap.image, weights + row * W.stride, i);
      }
    }
    image += Channels * L.plane();
    weights += S.window.area() * W.stride;
  };
  for (std::size_t c = 0; c < inputs / per_word; ++c) add_word.template operator()<per_word>();
  if constexpr (S.group_inputs() % per_word != 0) {
    constexpr std::size_t rest = S.group_inputs() % per_word;
    if (inputs % per_word != 0) add_word.template operator()<rest>();
  }
}

/// Input channels [first, first + count).
struct Inputs {
  std::size_t first, count;
};

inline constexpr std::size_t anywhere = static_cast<std::size_t>(-1);

/// The share of `inputs` in the sums over all taps of Height x Width outputs from (y, x) and V vectors of
/// channels, which are gathered in `strip`. Where X is not `anywhere` it is x, and what lies beside the image
/// is left out.
template <class T, ConvolutionSizes S, Fold F, ImageLayout L, WeightColumns W, std::size_t Height,
          std::size_t Width, std::size_t V, std::size_t Tail, std::size_t X>
CTNN_INLINE void channel_tile(const T* image, const T* weights, Inputs inputs, std::size_t y, std::size_t x,
                              T* strip) {
  using Plan = ChannelPlan<T, S, F>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  constexpr Window window = S.window;
  constexpr Pair border = L.copied ? Pair{0, 0} : window.padding;
  constexpr Steps cells{Width, window.stride.width, window.stride.height * L.pitch()};
  std::size_t first = 0, last = window.kernel.height;
  if constexpr (window.padding.height != 0) {
    // Rows of the window that lie in the border for all of the tile's rows add nothing.
    const std::size_t top = y * window.stride.height, padding = window.padding.height;
    const std::size_t bottom = top + (Height - 1) * window.stride.height;
    while (first < last && bottom + first * window.dilation.height < padding) ++first;
    while (first < last && top + (last - 1) * window.dilation.height >= padding + S.image.height) --last;
  }
  image += inputs.first * L.plane() +
           (y * window.stride.height + first * window.dilation.height - border.height) * L.pitch();
  weights +=
      (inputs.first / numbers_per_word(S.weight_format) * window.area() + first * window.kernel.width) *
      W.stride;
  strip += (Plan::border + x) * Plan::columns;

  B sums[Height * Width][V];
  const auto for_each_sum = [&](const auto& function) CTNN_INLINED {
    CTNN_UNROLL for (std::size_t i = 0; i < Height * Width; ++i) {
      CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) {
        function(sums[i][v], strip + (i / Width * Plan::width + i % Width) * Plan::columns + v * lanes<B>);
      }
    }
  };
  if (inputs.first == 0) {
    clear(sums);
  } else {
    for_each_sum([](B& sum, const T* at) CTNN_INLINED { sum = load<B>(at); });
  }
  const auto add = [&]<std::size_t First>(const auto& rest) CTNN_INLINED {
    constexpr TapColumns columns = X == anywhere ? TapColumns{0, window.kernel.width, 0, Height * Width}
                                                 : tap_columns(S, border.width, X, Width, First);
    if constexpr (columns.begin < columns.end) {
      const std::size_t cell = (x + columns.begin) * window.stride.width;
      add_taps<S, L, W, columns, cells, Tail>(sums,
                                              image + (cell + First * window.dilation.width - border.width),
                                              weights + First * W.stride, last - first, inputs.count);
    }
    if constexpr (columns.last < window.kernel.width) rest.template operator()<columns.last>(rest);
  };
  add.template operator()<0>(add);
  for_each_sum([](const B& sum, T* at) CTNN_INLINED { store(at, sum); });
}

/// Calls tile<Width, X>(x) along a row of outputs: X is x where a tap lies beside the image, elsewhere
/// `anywhere`.
template <ConvolutionSizes S, std::size_t Padding, std::size_t Step, std::size_t X = 0, class Tile>
CTNN_INLINE void for_each_run_of_cells(const Tile& tile) {
  constexpr std::size_t width = S.output().width;
  constexpr auto within = [](std::size_t x) {
    const std::size_t cells = std::min(Step, width - x);
    return tap_columns(S, Padding, x, cells, 0) == TapColumns{0, S.window.kernel.width, 0, cells};
  };
  if constexpr (X < width && !within(X)) {
    tile.template operator()<std::min(Step, width - X), X>(X);
    for_each_run_of_cells<S, Padding, Step, X + Step>(tile);
  } else if constexpr (X + Step <= width) {
    constexpr std::size_t end = [&] {
      std::size_t x = X;
      while (x + Step <= width && within(x)) x += Step;
      return x;
    }();
    for (std::size_t x = X; x < end; x += Step) tile.template operator()<Step, anywhere>(x);
    for_each_run_of_cells<S, Padding, Step, end>(tile);
  } else if constexpr (X < width) {
    tile.template operator()<width - X, anywhere>(X);
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
  constexpr std::size_t height = Plan::output.height, tile_height = Plan::tile.height;
  constexpr std::size_t padding = L.copied ? 0 : S.window.padding.width;
  // `rows` rows of `Channels` channels, from `channel` and row `begin` on.
  const auto panel = [&]<std::size_t Channels>(std::size_t channel, std::size_t begin, std::size_t rows,
                                               T* strip) CTNN_INLINED {
    constexpr std::size_t vectors = ceil_divide(Channels, lanes<B>);
    constexpr std::size_t tail = W.padded ? 0 : Channels % lanes<B>;
    const auto along_row = [&]<std::size_t Height>(std::size_t y, Inputs inputs) CTNN_INLINED {
      for_each_run_of_cells<S, padding, Plan::tile.width>(
          [&]<std::size_t Width, std::size_t X>(std::size_t x) CTNN_INLINED {
            channel_tile<T, S, F, L, W, Height, Width, vectors, tail, X>(
                image, weights + channel, inputs, begin + y, x, strip + y * Plan::width * Plan::columns);
          });
    };
    for (std::size_t c = 0; c < S.group_inputs(); c += Plan::inputs) {
      const Inputs inputs{c, std::min(Plan::inputs, S.group_inputs() - c)};
      std::size_t y = 0;
      for (; y + tile_height <= rows; y += tile_height) along_row.template operator()<tile_height>(y, inputs);
      if constexpr (height % tile_height != 0) {
        if (y < rows) along_row.template operator()<height % tile_height>(y, inputs);
      }
    }
  };
  const auto for_each_strip = [&](const auto& strip) CTNN_INLINED {
    for (std::size_t begin = 0; begin < height; begin += Plan::rows) {
      strip(begin, std::min(Plan::rows, height - begin));
    }
  };
  if constexpr (Plan::border != 0) clear_borders<Plan>(scratch);
  for (std::size_t g = 0; g < S.groups; ++g) {
    if constexpr (F.taps == 1) {
      for_each_run<S.group_outputs(), Plan::block>([&]<std::size_t Block>(std::size_t first) CTNN_INLINED {
        for_each_strip([&](std::size_t begin, std::size_t rows) CTNN_INLINED {
          for_each_run<Block, Plan::panel>([&]<std::size_t Channels>(std::size_t i) CTNN_INLINED {
            panel.template operator()<Channels>(first + i, begin, rows, scratch);
            deliver_strip<Channels, Plan::columns>(sink, scratch, rows * Plan::width,
                                                   row + g * S.group_outputs() + first + i,
                                                   begin * Plan::width);
          });
        });
      });
    } else {
      T* const folded = scratch + round_up(Plan::strip, 16);
      for_each_strip([&](std::size_t begin, std::size_t rows) CTNN_INLINED {
        for_each_run<S.group_outputs(), Plan::panel>(
            [&]<std::size_t Channels>(std::size_t channel) CTNN_INLINED {
              panel.template operator()<Channels>(channel, begin, rows, scratch + channel);
            });
        fold_strip<T, S, F>(scratch, rows, folded);
        deliver_strip<Plan::folded_channels, Plan::folded_columns>(sink, folded, rows * Plan::folded_width,
                                                                   row + g * Plan::folded_channels,
                                                                   begin * Plan::folded_width);
      });
    }
    image += S.group_inputs() * L.plane();
    weights += W.group_step;
  }
}

}  // namespace ctnn::kernels
