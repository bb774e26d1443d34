#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>

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

/// Rows or columns [first, last) of a window.
struct Taps {
  std::size_t first, last;
  constexpr std::size_t count() const { return last - first; }
};

/// A tile's share of a sum: of `inputs` channels, and of the window's `rows` and `columns`, whose first tap
/// is at `image` for the first cell, and has its weights at `weights`. `begins`: nothing has been summed yet.
template <class T>
struct TileTerms {
  const T *image, *weights;
  std::size_t inputs, rows, columns;
  bool begins;
};

/// Adds to a tile's sums what `rows` x `columns` taps have of `Channels` planes, whose weights are in the
/// same words. (A function with values for arguments: what a closure refers to, g++ would read again at each
/// step.)
template <ConvolutionSizes S, ImageLayout L, WeightColumns W, Steps Cells, Steps Vectors, std::size_t Tail,
          std::size_t Channels, class B, std::size_t R, std::size_t V>
CTNN_INLINE void add_taps(B (&sums)[R][V], const Element<B>* image, const Element<B>* weights,
                          std::size_t rows, std::size_t columns) {
  // Where no cell lies beside the image, all columns are there: a row of the window is one step.
  constexpr bool all = L.copied || S.window.padding.width == 0;
  constexpr std::size_t unroll = all && S.window.kernel.width <= 7 ? S.window.kernel.width : 1;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto* cell = image + i * S.window.dilation.height * L.pitch();
    const auto* weight = weights + i * S.window.kernel.width * W.stride;
    for (std::size_t j = 0; j < columns; j += unroll) {
      CTNN_UNROLL for (std::size_t k = 0; k < unroll; ++k) {
        CTNN_UNROLL for (std::size_t c = 0; c < Channels; ++c) {
          accumulate_outer<Cells, Vectors, Tail, WeightFormat::number, S.weight_format>(
              sums, opaque(cell + c * L.plane()), weight, c);
        }
        cell += S.window.dilation.width;
        weight += W.stride;
      }
    }
  }
}

/// Adds terms to Height x Width outputs, V vectors of channels each, that are gathered in `strip`.
template <class T, ConvolutionSizes S, Fold F, ImageLayout L, WeightColumns W, std::size_t Height,
          std::size_t Width, std::size_t V, std::size_t Tail>
[[gnu::noinline]] void channel_tile(TileTerms<T> terms, T* strip) {
  using Plan = ChannelPlan<T, S, F>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  constexpr Window window = S.window;
  constexpr Steps cells{Width, window.stride.width, window.stride.height * L.pitch()}, vectors{V, lanes<B>};
  B sums[Height * Width][V];
  const auto for_each_sum = [&](const auto& function) CTNN_INLINED {
    CTNN_UNROLL for (std::size_t i = 0; i < Height * Width; ++i) {
      CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) {
        function(sums[i][v], strip + (i / Width * Plan::width + i % Width) * Plan::columns + v * lanes<B>);
      }
    }
  };
  if (terms.begins) {
    clear(sums);
  } else {
    for_each_sum([](B& sum, const T* at) CTNN_INLINED { sum = load<B>(at); });
  }
  constexpr std::size_t per_word = numbers_per_word(S.weight_format), rest = S.group_inputs() % per_word;
  const std::size_t words = terms.inputs / per_word;
  for (std::size_t word = 0; word < words; ++word) {
    add_taps<S, L, W, cells, vectors, Tail, per_word>(sums, terms.image, terms.weights, terms.rows,
                                                      terms.columns);
    terms.image += per_word * L.plane();
    terms.weights += window.area() * W.stride;
  }
  if constexpr (rest != 0) {
    if (terms.inputs % per_word != 0)
      add_taps<S, L, W, cells, vectors, Tail, rest>(sums, terms.image, terms.weights, terms.rows,
                                                    terms.columns);
  }
  for_each_sum([](const B& sum, T* at) CTNN_INLINED { store(at, sum); });
}

/// The rows of the window that are within the image for any of Height rows of outputs from y on.
template <ConvolutionSizes S, std::size_t Height>
CTNN_INLINE Taps rows_within(std::size_t y) {
  constexpr Window window = S.window;
  Taps taps{0, window.kernel.height};
  if constexpr (window.padding.height != 0) {
    const std::size_t top = y * window.stride.height, padding = window.padding.height;
    const std::size_t bottom = top + (Height - 1) * window.stride.height;
    while (taps.first < taps.last && bottom + taps.first * window.dilation.height < padding) ++taps.first;
    while (taps.first < taps.last &&
           top + (taps.last - 1) * window.dilation.height >= padding + S.image.height)
      --taps.last;
  }
  return taps;
}

/// The cells of a row of `width` outputs from column x on whose tap in column `tap` of the window is within
/// the image, which has `padding` columns beside it.
struct Cells {
  std::size_t first, last;
  friend constexpr bool operator==(const Cells&, const Cells&) = default;
};
constexpr Cells cells_within(const ConvolutionSizes& s, std::size_t padding, std::size_t x, std::size_t width,
                             std::size_t tap) {
  const auto column = [&](std::size_t cell) {
    return (x + cell) * s.window.stride.width + tap * s.window.dilation.width;
  };
  std::size_t first = 0, last = width;
  while (first < last && column(first) < padding) ++first;
  while (first < last && padding != 0 && column(last - 1) >= padding + s.image.width) --last;
  return {first, last};
}

/// The columns of the window that are within the image for all of these cells.
constexpr Taps columns_within(const ConvolutionSizes& s, std::size_t padding, std::size_t x,
                              std::size_t width) {
  const auto whole = [&](std::size_t tap) {
    return cells_within(s, padding, x, width, tap) == Cells{0, width};
  };
  Taps taps{0, s.window.kernel.width};
  while (taps.first < taps.last && !whole(taps.first)) ++taps.first;
  while (taps.first < taps.last && !whole(taps.last - 1)) --taps.last;
  return taps;
}

/// Calls tile<Width>(x, columns, begins) along a row of outputs, for tiles of at most Step cells from X on:
/// for each first with the columns of taps that reach all of its cells, then for the cells that one more
/// reaches.
template <ConvolutionSizes S, std::size_t Padding, std::size_t Step, std::size_t X = 0, class Tile>
CTNN_INLINE void for_each_run_of_cells(const Tile& tile) {
  constexpr std::size_t width = S.output().width, kernel = S.window.kernel.width;
  constexpr auto inner = [](std::size_t cell) {
    return columns_within(S, Padding, cell, std::min(Step, width - cell)).count() == kernel;
  };
  constexpr std::size_t end = [&] {
    std::size_t cell = X;
    while (cell + Step <= width && inner(cell)) cell += Step;
    return cell;
  }();
  for (std::size_t x = X; x < end; x += Step) tile.template operator()<Step>(x, Taps{0, kernel}, true);
  if constexpr (end < width) {
    constexpr std::size_t cells = std::min(Step, width - end);
    constexpr Taps columns = columns_within(S, Padding, end, cells);
    tile.template operator()<cells>(end, columns, true);
    const auto column = [&]<std::size_t J>() CTNN_INLINED {
      constexpr Cells reached = cells_within(S, Padding, end, cells, J);
      if constexpr ((J < columns.first || J >= columns.last) && reached.first < reached.last) {
        tile.template operator()<reached.last - reached.first>(end + reached.first, Taps{J, J + 1}, false);
      }
    };
    if constexpr (columns.count() != kernel) {
      [&]<std::size_t... J>(std::index_sequence<J...>) CTNN_INLINED {
        (column.template operator()<J>(), ...);
      }
      (std::make_index_sequence<kernel>{});
    }
    for_each_run_of_cells<S, Padding, Step, end + cells>(tile);
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

/// Adds what the input channels from `input` on, as many as go together, have in Height rows of Channels
/// channels from row y on. `weights` are the panel's, `strip` is the place of the rows.
template <class T, ConvolutionSizes S, Fold F, ImageLayout L, WeightColumns W, std::size_t Height,
          std::size_t Channels>
CTNN_INLINE void add_to_rows(const T* image, const T* weights, std::size_t input, std::size_t y, T* strip) {
  using Plan = ChannelPlan<T, S, F>;
  constexpr std::size_t vectors = ceil_divide(Channels, Plan::tile.lanes);
  constexpr std::size_t tail = W.padded ? 0 : Channels % Plan::tile.lanes;
  constexpr Window window = S.window;
  constexpr std::size_t border_rows = L.copied ? 0 : window.padding.height;
  constexpr std::size_t border_columns = L.copied ? 0 : window.padding.width;
  const Taps rows = rows_within<S, Height>(y);
  // Where no tap is within the image, the place of the first may be before it: none is named.
  const std::size_t top =
      rows.count() == 0 ? 0 : y * window.stride.height + rows.first * window.dilation.height - border_rows;
  image += input * L.plane() + top * L.pitch();
  weights += (input / numbers_per_word(S.weight_format) * window.area() + rows.first * window.kernel.width) *
             W.stride;
  TileTerms<T> terms{nullptr,      nullptr, std::min(Plan::inputs, S.group_inputs() - input),
                     rows.count(), 0,       false};
  for_each_run_of_cells<S, border_columns, Plan::tile.width>(
      [&]<std::size_t Width>(std::size_t cell, Taps columns, bool begins) CTNN_INLINED {
        const std::size_t left = cell * S.window.stride.width + columns.first * S.window.dilation.width;
        terms.image = image + (columns.count() == 0 ? 0 : left - border_columns);
        terms.weights = weights + columns.first * W.stride;
        terms.columns = columns.count();
        terms.begins = begins && input == 0;
        channel_tile<T, S, F, L, W, Height, Width, vectors, tail>(
            terms, strip + (Plan::border + cell) * Plan::columns);
      });
}

/// One image (as in L) of all groups; `row` is the sink's first row.
template <class T, ConvolutionSizes S, Fold F, ImageLayout L, WeightColumns W, class Sink>
CTNN_INLINE void convolve_along_channels(const T* image, const T* weights, T* scratch, std::size_t row,
                                         Sink& sink) {
  using Plan = ChannelPlan<T, S, F>;
  constexpr std::size_t height = Plan::output.height, tile_height = Plan::tile.height;
  // `rows` rows of `Channels` channels, from `channel` and row `begin` on.
  const auto panel = [&]<std::size_t Channels>(std::size_t channel, std::size_t begin, std::size_t rows,
                                               T* strip) CTNN_INLINED {
    constexpr std::size_t step = tile_height * Plan::width * Plan::columns;
    for (std::size_t input = 0; input < S.group_inputs(); input += Plan::inputs) {
      T* to = strip;
      std::size_t line = 0;
      for (; line + tile_height <= rows; line += tile_height, to += step) {
        add_to_rows<T, S, F, L, W, tile_height, Channels>(image, weights + channel, input, begin + line, to);
      }
      if constexpr (height % tile_height != 0) {
        if (line < rows) {
          add_to_rows<T, S, F, L, W, height % tile_height, Channels>(image, weights + channel, input,
                                                                     begin + line, to);
        }
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
