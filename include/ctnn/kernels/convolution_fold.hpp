#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>

#include <ctnn/kernels/convolution_plan.hpp>

/// The gradient of a convolution's input at stride 1, with vectors along the upstream gradient's rows: each
/// horizontal tap has a row of products of its own, so that no vector reaches beside the image, and the rows'
/// shifts are added afterwards.
namespace ctnn::kernels {

template <class T, ConvolutionSizes S>
struct FoldPlan {
  static constexpr Window window = S.window;
  static constexpr Pair output = S.output();
  static constexpr std::size_t taps = window.kernel.width;
  static constexpr std::size_t reach = (taps - 1) * window.dilation.width;
  static constexpr std::size_t shift = window.dilation.height * output.width;
  static constexpr std::size_t pixels = output.height * output.width;
  static constexpr std::size_t top = window.padding.height * output.width;
  static constexpr std::size_t border = (window.kernel.height - 1) * shift - top;

  /// Lines of products, and how they are cut: `channels` input channels by `vectors` batches at a time. A
  /// line is a row, or all rows of an image, one behind the other, of which a copy has zeros above and below.
  struct Cut {
    bool joined;
    std::size_t lanes, channels, vectors, cost;
    constexpr std::size_t length() const { return joined ? S.image.height * output.width : output.width; }
  };

  /// The vertical taps that reach the upstream gradient from any of `count` products from `begin` on.
  struct Taps {
    std::size_t first, last;
  };
  static constexpr Taps reaching(std::size_t begin, std::size_t count) {
    const std::size_t behind = begin + count + top;
    const std::size_t first = begin + top >= pixels ? (begin + top - pixels) / shift + 1 : 0;
    return {first, std::max(first, std::min(window.kernel.height, (behind - 1) / shift + 1))};
  }

  static constexpr std::size_t cost_of(const Cut& cut) {
    const std::size_t lines = cut.joined ? 1 : S.image.height;
    const std::size_t vectors = ceil_divide(cut.length(), cut.lanes);
    const std::size_t whole = vectors / cut.vectors, rest = vectors % cut.vectors;
    // Vertical taps times tiles of all vectors, or of the rest, that they reach.
    std::size_t whole_taps = 0, rest_taps = 0;
    for (std::size_t i = 0; i < window.kernel.height; ++i) {
      const std::size_t begin = std::max(i * shift, top) - top;
      const std::size_t end = std::min(S.image.height * output.width + top, i * shift + pixels) - top;
      if (begin >= end) continue;
      if (cut.joined) {
        const std::size_t tile = cut.vectors * cut.lanes, last = (end - 1) / tile;
        whole_taps += std::min(last + 1, whole) - std::min(begin / tile, whole);
        rest_taps += last == whole;
      } else {
        whole_taps += (end - begin) / output.width * whole;
        rest_taps += (end - begin) / output.width * (rest != 0);
      }
    }
    const auto tiles = [&](std::size_t channels, std::size_t width, std::size_t tap_count, std::size_t count) {
      if (count == 0) return std::size_t{0};
      const TileCost tile{cut.lanes * sizeof(T), channels * taps, width};
      return S.group_outputs() * tap_count * std::max<std::size_t>(tile.step(), 16) + count * tile.total(0);
    };
    const auto all = [&](std::size_t channels) {
      return tiles(channels, cut.vectors, whole_taps, lines * whole) +
             tiles(channels, rest, rest_taps, lines * (rest != 0));
    };
    const std::size_t rest_channels = S.group_inputs() % cut.channels;
    const std::size_t copy = cut.joined ? 2 * S.group_outputs() * ceil_divide(pixels, cut.lanes) : 0;
    return S.group_inputs() / cut.channels * all(cut.channels) + (rest_channels == 0 ? 0 : all(rest_channels)) + copy +
           6 * taps * S.group_inputs() * S.image.height * ceil_divide(S.image.width, cut.lanes);
  }

  static constexpr Cut cut = [] {
    Cut best{false, 1, 0, 0, static_cast<std::size_t>(-1)};
    const std::size_t lane_count = lanes<Batch<T>>;
    for (bool joined : {false, true}) {
      if (joined ? pixels * S.out_channels * sizeof(T) > 262144
                 : !has_masks && output.width % lane_count != 0)
        continue;
      Cut trial{joined, lane_count, 1, 1, 0};
      for (; trial.channels <= std::min<std::size_t>(S.group_inputs(), 16); ++trial.channels) {
        for (trial.vectors = 1; trial.vectors <= std::min<std::size_t>(ceil_divide(trial.length(), lane_count), 8); ++trial.vectors) {
          if (!TileCost{lane_count * sizeof(T), trial.channels * taps, trial.vectors}.fits()) break;
          trial.cost = S.batch * S.groups * cost_of(trial);
          if (trial.cost < best.cost) best = trial;
        }
      }
    }
    return best;
  }();

  static constexpr std::size_t length = cut.length();
  static constexpr std::size_t vectors = ceil_divide(length, cut.lanes);
  static constexpr std::size_t pitch = vectors * cut.lanes;
  // Of a joined image's rows, the zeros below are those above the next.
  static constexpr std::size_t plane = pixels + (cut.joined ? border : 0);
  static constexpr std::size_t copied =
      cut.joined ? round_up(S.out_channels * plane + border + cut.lanes, 16) : 0;
  // Vectors may run over both ends of the products.
  static constexpr std::size_t before = round_up(reach, 16);
  static constexpr std::size_t scratch =
      copied + before + round_up(cut.channels * taps * pitch + cut.lanes, 16);
  // A gradient that the caches do not hold is asked for a row ahead.
  static constexpr bool far = pixels * S.out_channels * sizeof(T) > 1048576;
};

/// Products of Channels x V batches, of one line, from `begin` of the upstream gradient on.
template <class T, ConvolutionSizes S, std::size_t Channels, std::size_t V, std::size_t Tail>
[[gnu::noinline]] void fold_tile(const T* upstream, const T* weights, std::size_t begin, T* products) {
  using Plan = FoldPlan<T, S>;
  using B = BatchUpTo<T, Plan::cut.lanes>;
  constexpr std::size_t taps = Plan::taps;
  const typename Plan::Taps rows = Plan::reaching(begin, V * lanes<B>);
  const std::size_t count = rows.last - rows.first;
  B sums[Channels * taps][V];
  clear(sums);
  for (std::size_t o = 0; o < S.group_outputs(); ++o) {
    const T* right = upstream + begin + Plan::top - rows.first * Plan::shift;
    const T* left = weights + rows.first * taps;
    if constexpr (Plan::far) {
      CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) __builtin_prefetch(right + Plan::output.width + v * lanes<B>, 0, 2);
    }
    for (std::size_t i = 0; i < count; ++i) {
      accumulate_outer<Steps{taps, 1, S.window.area()}, Steps{V, lanes<B>}, Tail>(sums, left, right);
      right -= Plan::shift;
      left += taps;
    }
    upstream += Plan::plane;
    weights += S.taps();
  }
  CTNN_UNROLL for (std::size_t r = 0; r < Channels * taps; ++r) {
    CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) store(products + r * Plan::pitch + v * lanes<B>, sums[r][v]);
  }
}

/// Adds the shifts of a row of products, and delivers the row.
template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void fold_row(const T* products, std::size_t row, std::size_t column, Sink& sink) {
  using Plan = FoldPlan<T, S>;
  using B = BatchUpTo<T, Plan::cut.lanes>;
  constexpr std::size_t width = S.image.width, all = ceil_divide(width, lanes<B>);
  constexpr std::size_t padding = S.window.padding.width, dilation = S.window.dilation.width;
  // Lanes of vector v whose tap j is within the row.
  constexpr auto first = [](std::size_t v, std::size_t j) {
    const std::size_t at = v * lanes<B> + padding;
    return at >= j * dilation ? std::size_t{0} : std::min(lanes<B>, j * dilation - at);
  };
  constexpr auto last = [](std::size_t v, std::size_t j) {
    const std::size_t end = Plan::output.width + j * dilation, at = v * lanes<B> + padding;
    return end <= at ? std::size_t{0} : std::min(lanes<B>, end - at);
  };
  constexpr auto whole = [=](std::size_t v) {
    for (std::size_t j = 0; j < Plan::taps; ++j) {
      if (first(v, j) != 0 || last(v, j) != lanes<B>) return false;
    }
    return (v + 1) * lanes<B> <= width;
  };
  constexpr std::size_t begin = [=] {
    std::size_t v = 0;
    while (v < all && !whole(v)) ++v;
    return v;
  }();
  constexpr std::size_t end = [=] {
    std::size_t v = begin;
    while (v < all && whole(v)) ++v;
    return v;
  }();
  const auto edge = [&]<std::size_t V>() CTNN_INLINED {
    B sum = broadcast<B>(0);
    [&]<std::size_t... J>(std::index_sequence<J...>) CTNN_INLINED {
      const auto add = [&]<std::size_t I>() CTNN_INLINED {
        constexpr std::size_t from = first(V, I), to = last(V, I);
        if constexpr (from < to) {
          const T* const at = products + I * Plan::pitch + V * lanes<B> + padding - I * dilation;
          sum += lanes_between<from, to>(load<B>(at));
        }
      };
      (add.template operator()<J>(), ...);
    }
    (std::make_index_sequence<Plan::taps>{});
    deliver<width % lanes<B>>(sink, row, column + V * lanes<B>, sum, V == all - 1);
  };
  const auto edges = [&]<std::size_t From, std::size_t... V>(std::index_sequence<V...>) CTNN_INLINED {
    (edge.template operator()<From + V>(), ...);
  };
  edges.template operator()<0>(std::make_index_sequence<begin>{});
  for (std::size_t v = begin; v < end; ++v) {
    const T* const at = products + v * lanes<B> + padding;
    B sum = load<B>(at);
    CTNN_UNROLL for (std::size_t j = 1; j < Plan::taps; ++j) {
      sum += load<B>(at + j * (Plan::pitch - dilation));
    }
    sink(row, column + v * lanes<B>, sum);
  }
  edges.template operator()<end>(std::make_index_sequence<all - end>{});
}

template <class T, ConvolutionSizes S, class Sink>
[[gnu::noinline]] void convolve_and_fold(const T* upstream, const T* weights, T* scratch, Sink sink) {
  using Plan = FoldPlan<T, S>;
  constexpr std::size_t rows = Plan::length / Plan::output.width;
  T* const copy = scratch;
  T* const products = scratch + Plan::copied + Plan::before;
  if constexpr (Plan::cut.joined) {
    for (std::size_t o = 0; o <= S.out_channels; ++o) fill_zero(copy + o * Plan::plane, Plan::border);
    fill_zero(copy + S.out_channels * Plan::plane + Plan::border, Plan::cut.lanes);
  }
  for (std::size_t n = 0; n < S.batch; ++n) {
    const T* planes = upstream + n * S.out_channels * Plan::pixels;
    if constexpr (Plan::cut.joined) {
      for (std::size_t o = 0; o < S.out_channels; ++o)
        copy_run<Plan::pixels>(planes + o * Plan::pixels, copy + o * Plan::plane + Plan::border);
      planes = copy + Plan::border;
    }
    for (std::size_t g = 0; g < S.groups; ++g) {
      for (std::size_t y = 0; y < S.image.height; y += rows) {
        for_each_run<S.group_inputs(), Plan::cut.channels>([&]<std::size_t C>(std::size_t channel) CTNN_INLINED {
          constexpr std::size_t tail = Plan::cut.joined ? 0 : Plan::output.width % Plan::cut.lanes;
          constexpr std::size_t whole = Plan::vectors - (tail != 0);
          const T* const left = weights + g * S.group_outputs() * S.taps() + channel * S.window.area();
          for_each_run<Plan::vectors, Plan::cut.vectors>([&]<std::size_t V>(std::size_t v) CTNN_INLINED {
            const auto tile = [&]<std::size_t Tail>() CTNN_INLINED {
              fold_tile<T, S, C, V, Tail>(planes, left, y * Plan::output.width + v * Plan::cut.lanes,
                                          products + v * Plan::cut.lanes);
            };
            if (v + V <= whole)
              tile.template operator()<0>();
            else
              tile.template operator()<tail>();
          });
          for (std::size_t c = 0; c < C; ++c) {
            for (std::size_t r = 0; r < rows; ++r) {
              fold_row<T, S>(products + c * Plan::taps * Plan::pitch + r * Plan::output.width,
                             (n * S.groups + g) * S.group_inputs() + channel + c,
                             (y + r) * S.image.width, sink);
            }
          }
        });
      }
      planes += S.group_outputs() * Plan::plane;
    }
  }
}

}  // namespace ctnn::kernels
