#pragma once
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include <ctnn/kernels/convolution_plan.hpp>

/// The gradient of a convolution's input at stride 1, with vectors along the rows of the upstream gradient:
/// each horizontal tap has products of its own, so that none is with a zero beside the image, and the shifts
/// of these products are added afterwards. Weights are read as they are.
namespace ctnn::kernels {

/// Products are computed line by line: a line is a row, or `rows` one behind the other, of a copy that has
/// zeros above and below. A tile is all taps of `channels` input channels by `vectors` batches.
struct FoldTile {
  std::size_t rows, channels, vectors, cost;
  constexpr bool copies() const { return rows > 1; }
};

template <class T, ConvolutionSizes S>
struct FoldPlan {
  static constexpr std::size_t width = lanes<Batch<T>>;
  static constexpr Window window = S.window;
  static constexpr Pair output = S.output();
  static constexpr std::size_t taps = window.kernel.width;
  static constexpr std::size_t pixels = output.height * output.width;
  // Lines have the upstream gradient's columns. Their element i is the sum over vertical taps k of what the
  // upstream gradient has at i + top - k · shift.
  static constexpr std::size_t elements = S.image.height * output.width;
  static constexpr std::size_t shift = window.dilation.height * output.width;
  static constexpr std::size_t top = window.padding.height * output.width;
  static constexpr std::size_t border = (window.kernel.height - 1) * shift - top;
  // Of a copy, the zeros below an image are those above the next.
  static constexpr std::size_t above = round_up(border, width);
  static constexpr std::size_t plane = round_up(pixels + border, width);
  static constexpr std::size_t copied = above + S.out_channels * plane + width;

  /// The vertical taps that reach the upstream gradient from any of `count` products from `begin` on.
  struct Taps {
    std::size_t first, last;
  };
  static constexpr Taps reaching(std::size_t begin, std::size_t count) {
    const std::size_t first = begin + top < pixels ? 0 : (begin + top - pixels) / shift + 1;
    const std::size_t last = std::min(window.kernel.height, (begin + count + top - 1) / shift + 1);
    return {first, std::max(first, last)};
  }

  /// Tiles, and the vertical taps that reach them.
  struct Work {
    std::size_t tiles, taps;
  };
  /// The tiles of all `vectors` of a cut, or those of what is left of each line.
  static constexpr Work work(const FoldTile& cut, bool rest) {
    const std::size_t length = cut.rows * output.width, extent = cut.vectors * width;
    const std::size_t whole = ceil_divide(length, width) / cut.vectors, lines = S.image.height / cut.rows;
    const std::size_t first = rest ? whole * extent : 0, count = rest ? 1 : whole;
    if (first >= length) return {0, 0};
    Work result{lines * count, 0};
    for (std::size_t k = 0; k < window.kernel.height; ++k) {
      const std::size_t begin = std::max(k * shift, top) - top;
      const std::size_t end = std::min(elements + top, k * shift + pixels) - top;
      // Of these tiles, those whose first element, or whose last, is before `element`.
      const auto begun = [&](std::size_t element) {
        const std::size_t in_line = std::max(element % length, first) - first;
        return element / length * count + std::min(ceil_divide(in_line, extent), count);
      };
      const auto ended = [&](std::size_t element) {
        const std::size_t in_line = std::max(element % length, first) - first;
        return element / length * count + std::min(in_line / extent, count);
      };
      if (begin < end) result.taps += begun(end) - ended(begin);
    }
    return result;
  }

  /// The cost of one image, in quarter cycles.
  static constexpr std::size_t cost(const FoldTile& cut) {
    const std::size_t all = ceil_divide(cut.rows * output.width, width), lines = S.image.height / cut.rows;
    constexpr std::size_t bytes = width * sizeof(T), crossing = bytes - std::gcd(bytes, shift * sizeof(T));
    const auto tiles = [&](std::size_t channels, std::size_t count, const Work& work) {
      if (channels == 0 || work.tiles == 0) return std::size_t{0};
      const TileCost sums{bytes, channels * taps, count};
      // Of 64 vectors, `crossing` lie across two lines; and short loops have more to count.
      const std::size_t step =
          std::max<std::size_t>(sums.step(), 16) + count * sums.width() * crossing / 64 + 2;
      return S.group_outputs() * work.taps * step + work.tiles * sums.total(0);
    };
    const Work whole = work(cut, false), rest = work(cut, true);
    const auto block = [&](std::size_t channels) {
      return tiles(channels, cut.vectors, whole) + tiles(channels, all % cut.vectors, rest);
    };
    const std::size_t blocks =
        S.group_inputs() / cut.channels * block(cut.channels) + block(S.group_inputs() % cut.channels);
    // Weights that the nearest cache does not keep until the next line or tile are read again. A product of
    // an operand in memory, as where a weight serves one or two vectors, is begun again when that is late.
    const std::size_t weights = S.group_outputs() * S.taps() * sizeof(T) / 64;
    const bool keeps_all = weights <= 384, keeps_block = weights * cut.channels <= 384 * S.group_inputs();
    const std::size_t reads = keeps_all ? 0 : keeps_block ? lines : whole.tiles + rest.tiles;
    const std::size_t late = reads * weights * (cut.vectors > 2 ? 16 : 32);
    const std::size_t copy = cut.copies() ? ceil_divide(copied, width) : 0;
    const std::size_t products = cut.channels * taps * all;
    const bool near = (copy + products) * bytes <= 32768;
    const std::size_t far_products =
        near ? 0 : 3 * ceil_divide(S.group_inputs(), cut.channels) * (copy + lines * products);
    const std::size_t shifts = taps * S.in_channels * S.image.height * ceil_divide(S.image.width, width);
    return S.groups * (blocks + late) + 4 * copy + far_products + 6 * shifts;
  }

  /// `cost` is the largest number where the taps are more than the registers.
  static constexpr FoldTile tile = [] {
    FoldTile best{1, 1, 1, static_cast<std::size_t>(-1)};
    for (std::size_t rows = 1; rows <= S.image.height; ++rows) {
      if (S.image.height % rows != 0) continue;
      // Without masks, what is left of a row is read slowly.
      const bool small = copied * sizeof(T) <= 131072;
      if (rows > 1 ? !small : !has_masks && output.width % width != 0 && small) continue;
      const std::size_t all = ceil_divide(rows * output.width, width);
      const auto fits = [](std::size_t channels, std::size_t vectors) {
        return TileCost{width * sizeof(T), channels * taps, vectors}.fits();
      };
      for (std::size_t channels = 1; channels <= S.group_inputs() && fits(channels, 1); ++channels) {
        for (std::size_t count = 1; count <= std::min<std::size_t>(all, 8) && fits(channels, count);
             ++count) {
          FoldTile trial{rows, channels, count, 0};
          trial.cost = cost(trial);
          if (trial.cost < best.cost) best = trial;
        }
      }
    }
    return best;
  }();

  static constexpr std::size_t line = tile.rows * output.width;
  static constexpr std::size_t vectors = ceil_divide(line, width);
  static constexpr std::size_t pitch = vectors * width;
  static constexpr std::size_t plane_step = tile.copies() ? plane : pixels;
  // Shifted vectors run over both ends of the products.
  static constexpr std::size_t before = round_up((taps - 1) * window.dilation.width, 16);
  static constexpr std::size_t begin_of_products = (tile.copies() ? round_up(copied, 16) : 0) + before;
  static constexpr std::size_t scratch =
      begin_of_products + round_up(tile.channels * taps * pitch + width, 16);
  // Rows that no near cache holds are asked for while those above are computed on.
  static constexpr bool far = pixels * S.out_channels * sizeof(T) > 1048576;
};

/// Products of Channels x V batches, from element `begin` of an image's lines on; of the last vector, Tail
/// lanes (0: all) are a row's.
template <class T, ConvolutionSizes S, std::size_t Channels, std::size_t V, std::size_t Tail>
[[gnu::noinline]] void fold_tile(const T* upstream, const T* weights, std::size_t begin, T* products) {
  using Plan = FoldPlan<T, S>;
  using B = Batch<T>;
  constexpr std::size_t elements = V * lanes<B> - (Tail == 0 ? 0 : lanes<B> - Tail);
  const typename Plan::Taps taps = Plan::reaching(begin, elements);
  const std::size_t count = taps.last - taps.first;
  upstream = upstream + begin + Plan::top - taps.first * Plan::shift;
  weights += taps.first * Plan::taps;
  B sums[Channels * Plan::taps][V];
  clear(sums);
  for (std::size_t o = 0; o < S.group_outputs(); ++o) {
    const T *right = upstream, *left = weights;
    if constexpr (Plan::far) {
      CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) prefetch(right, Plan::output.width + v * lanes<B>);
    }
    for (std::size_t k = 0; k < count; ++k) {
      accumulate_outer<Steps{Plan::taps, 1, S.window.area()}, Steps{V, lanes<B>}, Tail>(sums, left, right);
      right -= Plan::shift;
      left += Plan::taps;
    }
    upstream += Plan::plane_step;
    weights += S.taps();
  }
  CTNN_UNROLL for (std::size_t r = 0; r < Channels * Plan::taps; ++r) {
    CTNN_UNROLL for (std::size_t v = 0; v < V; ++v)
        store(products + r * Plan::pitch + v * lanes<B>, sums[r][v]);
  }
}

/// What of vector `Vector` of an image's row is within the shifted products of tap `Tap`.
template <class T, ConvolutionSizes S, std::size_t Vector, std::size_t Tap>
struct ShiftedLanes {
  static constexpr std::size_t all = lanes<Batch<T>>;
  static constexpr std::size_t at = Vector * all + S.window.padding.width;
  static constexpr std::size_t shift = Tap * S.window.dilation.width;
  static constexpr std::size_t end = shift + S.output().width;
  static constexpr std::size_t first = shift <= at ? 0 : std::min(all, shift - at);
  static constexpr std::size_t last = end <= at ? 0 : std::min(all, end - at);
};

/// Adds the shifts of a row of products for vector Vector, and delivers it.
template <class T, ConvolutionSizes S, std::size_t Vector, class Sink>
CTNN_INLINE void fold_edge(const T* products, std::size_t row, std::size_t column, Sink& sink) {
  using Plan = FoldPlan<T, S>;
  using B = Batch<T>;
  B sum = broadcast<B>(0);
  const auto add = [&]<std::size_t Tap>() CTNN_INLINED {
    using Lanes = ShiftedLanes<T, S, Vector, Tap>;
    if constexpr (Lanes::first < Lanes::last) {
      const B value = load<B>(products + Tap * Plan::pitch + Lanes::at - Lanes::shift);
      sum += lanes_between<Lanes::first, Lanes::last>(value);
    }
  };
  [&]<std::size_t... Tap>(std::index_sequence<Tap...>) CTNN_INLINED {
    (add.template operator()<Tap>(), ...);
  }
  (std::make_index_sequence<Plan::taps>{});
  deliver<S.image.width % lanes<B>>(sink, row, column + Vector * lanes<B>, sum,
                                    (Vector + 1) * lanes<B> >= S.image.width);
}

/// The same for all vectors of a row.
template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void fold_row(const T* products, std::size_t row, std::size_t column, Sink& sink) {
  using Plan = FoldPlan<T, S>;
  using B = Batch<T>;
  constexpr std::size_t padding = S.window.padding.width, dilation = S.window.dilation.width;
  constexpr std::size_t vectors = ceil_divide(S.image.width, lanes<B>);
  // Vectors that all shifts cover.
  constexpr std::size_t begin =
      std::min(ceil_divide((Plan::taps - 1) * dilation - padding, lanes<B>), vectors);
  constexpr std::size_t end = std::max(begin, (std::max(Plan::output.width, padding) - padding) / lanes<B>);
  const auto edge = [&]<std::size_t First, std::size_t... I>(std::index_sequence<I...>) CTNN_INLINED {
    (fold_edge<T, S, First + I>(products, row, column, sink), ...);
  };
  edge.template operator()<0>(std::make_index_sequence<begin>{});
  for (std::size_t v = begin; v < end; ++v) {
    const T* const at = products + v * lanes<B> + padding;
    B sum = load<B>(at);
    CTNN_UNROLL for (std::size_t j = 1; j < Plan::taps; ++j) {
      sum += load<B>(at + j * (Plan::pitch - dilation));
    }
    sink(row, column + v * lanes<B>, sum);
  }
  edge.template operator()<end>(std::make_index_sequence<vectors - end>{});
}

/// Delivers the gradient with respect to the input, as convolution_input_adjoint does.
template <class T, ConvolutionSizes S, class Sink>
[[gnu::noinline]] void convolve_and_fold(const T* upstream, const T* weights, T* scratch, Sink sink) {
  using Plan = FoldPlan<T, S>;
  constexpr std::size_t line = Plan::line, tail = Plan::tile.copies() ? 0 : line % Plan::width;
  constexpr std::size_t zeros = Plan::plane - Plan::pixels;
  T *const copy = scratch + Plan::above, *const products = scratch + Plan::begin_of_products;
  if constexpr (Plan::tile.copies()) {
    fill_zero(scratch, Plan::above);
    for (std::size_t o = 1; o <= S.out_channels; ++o) fill_zero(copy + o * Plan::plane - zeros, zeros);
    fill_zero(copy + S.out_channels * Plan::plane, Plan::width);
  }
  for (std::size_t n = 0; n < S.batch; ++n) {
    const T* planes = upstream + n * S.out_channels * Plan::pixels;
    if constexpr (Plan::tile.copies()) {
      for (std::size_t o = 0; o < S.out_channels; ++o)
        copy_run<Plan::pixels>(planes + o * Plan::pixels, copy + o * Plan::plane);
      planes = copy;
    }
    for (std::size_t g = 0; g < S.groups; ++g) {
      for (std::size_t y = 0; y < S.image.height; y += Plan::tile.rows) {
        for_each_run<S.group_inputs(), Plan::tile.channels>(
            [&]<std::size_t C>(std::size_t first) CTNN_INLINED {
              const T* const left = weights + g * S.group_outputs() * S.taps() + first * S.window.area();
              for_each_run<Plan::vectors, Plan::tile.vectors>(
                  [&]<std::size_t V>(std::size_t vector) CTNN_INLINED {
                    const auto run = [&]<std::size_t Tail>() CTNN_INLINED {
                      fold_tile<T, S, C, V, Tail>(planes, left, y * Plan::output.width + vector * Plan::width,
                                                  products + vector * Plan::width);
                    };
                    if (tail == 0 || vector + V < Plan::vectors)
                      run.template operator()<0>();
                    else
                      run.template operator()<tail>();
                  });
              const std::size_t row = (n * S.groups + g) * S.group_inputs() + first;
              for (std::size_t channel = 0; channel < C; ++channel) {
                for (std::size_t below = 0; below < Plan::tile.rows; ++below) {
                  const T* const from = products + channel * Plan::taps * Plan::pitch;
                  fold_row<T, S>(from + below * Plan::output.width, row + channel,
                                 (y + below) * S.image.width, sink);
                }
              }
            });
      }
      planes += S.group_outputs() * Plan::plane_step;
    }
  }
}

}  // namespace ctnn::kernels
