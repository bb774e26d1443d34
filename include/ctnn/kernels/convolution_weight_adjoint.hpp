#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/kernels/block.hpp>
#include <ctnn/kernels/convolution_plan.hpp>

namespace ctnn::kernels {

namespace detail {

/// A tile of `outs` output channels by `ins` taps, each a vector of `lanes` sums over pixels.
struct DotTile {
  std::size_t lanes, outs, ins, cost;
};

/// The tile of least cost for one image of one group.
template <class T>
constexpr DotTile choose_dot_tile(const ConvolutionSizes& s) {
  const Pair output = s.output();
  const std::size_t native = lanes<Batch<T>>;
  const std::size_t lane_count = output.width * 2 <= native ? native / 2 : native;
  const std::size_t width = TileCost{lane_count * sizeof(T), 1, 1}.width();
  const std::size_t steps = output.height * ceil_divide(output.width, lane_count);
  // Reads of whole vectors take time from the products; shifted rows cross cache lines.
  const auto cost = [&](std::size_t outs, std::size_t ins) {
    return steps * std::max<std::size_t>(outs * ins * width + outs + 3 * ins / 2, 16) + outs * ins * 12 + 32;
  };
  DotTile best{lane_count, 1, 1, static_cast<std::size_t>(-1)};
  for (std::size_t outs = 1; outs <= std::min<std::size_t>(s.group_outputs(), 12); ++outs) {
    for (std::size_t ins = 1; ins <= std::min<std::size_t>(s.taps(), 8); ++ins) {
      if (outs * ins + std::min(outs, ins) + 1 > register_count) break;
      const std::size_t rest_outs = s.group_outputs() % outs, rest_ins = s.taps() % ins;
      std::size_t total = (s.group_outputs() / outs) * (s.taps() / ins) * cost(outs, ins);
      if (rest_ins != 0) total += (s.group_outputs() / outs) * cost(outs, rest_ins);
      if (rest_outs != 0) total += (s.taps() / ins) * cost(rest_outs, ins);
      if (rest_outs != 0 && rest_ins != 0) total += cost(rest_outs, rest_ins);
      if (total < best.cost) best = {lane_count, outs, ins, total};
    }
  }
  best.cost += s.group_outputs() * output.height * output.width / 2;
  return best;
}

/// The gradient of a convolution's weights is a product over pixels. Along channels: the upstream gradient is
/// transposed to pixels x channels, and each of a tile's taps holds vectors of channels. Along pixels:
/// products of rows of the upstream gradient with shifted rows of the input, whose lanes are added at the
/// end.
template <class T, ConvolutionSizes S>
struct WeightAdjointPlan {
  static constexpr Pair output = S.output();
  static constexpr std::size_t pixels = output.height * output.width, area = S.window.area();
  static constexpr std::size_t native = lanes<Batch<T>>;

  // The taps of a tile are a part of the window, or input channels when the window is a single pixel.
  static constexpr Pair taps = area == 1 ? Pair{1, S.group_inputs()} : S.window.kernel;
  static constexpr GridTile tile = choose_grid_tile<T>(taps, S.group_outputs(), pixels, false);
  // A transposed gradient beyond the nearest caches takes longer than all products.
  static constexpr bool near = S.group_outputs() * pixels * sizeof(T) <= 1048576;
  static constexpr std::size_t channel_cost =
      S.batch * S.groups *
          ((area == 1 ? 1 : S.group_inputs()) * tile.cost + (near ? 2 : 64) * S.group_outputs() * pixels) +
      2 * S.out_channels * S.taps();

  static constexpr bool strided = S.window.stride.width != 1;
  static constexpr DotTile dot = choose_dot_tile<T>(S);
  // Rows that are not whole vectors are packed to such.
  static constexpr std::size_t row = round_up(output.width, dot.lanes);
  static constexpr std::size_t strips =
      ceil_divide(output.height, std::max<std::size_t>(1, 24576 / (dot.outs * row * sizeof(T))));
  static constexpr bool packs = output.width % dot.lanes != 0;
  static constexpr std::size_t rows = ceil_divide(output.height, strips);
  static constexpr std::size_t step = packs ? rows * row : pixels;
  // Channels of a gradient beyond the nearest caches that each tile of taps fetches for the next outputs.
  static constexpr std::size_t fetched = near ? 0 : ceil_divide(dot.outs, ceil_divide(S.taps(), dot.ins));
  static constexpr std::size_t pixel_cost =
      S.groups * S.batch * dot.cost +
      (strided ? 4 * S.batch * S.in_channels * S.image.height * S.image.width : 0);
  static constexpr bool along_channels = channel_cost < pixel_cost;

  static constexpr ImageLayout image =
      image_layout(S, S.window.padding != Pair{0, 0} || (!along_channels && strided),
                   along_channels ? 1 : S.window.stride.width);
  static constexpr std::size_t image_scratch =
      image.copied ? round_up(image.size() + native * S.window.stride.width, 16) : 0;
  static constexpr std::size_t columns =
      round_up(S.group_outputs(), std::max(tile.lanes, lanes<BlockBatch<T>>));
  static constexpr std::size_t upstream_scratch = pixels * columns;
  static constexpr std::size_t sums = along_channels          ? S.groups * S.taps() * columns
                                      : S.batch * strips == 1 ? 0
                                                              : S.out_channels * S.taps() * dot.lanes;
  static constexpr std::size_t scratch = image_scratch + round_up(sums, 16) +
                                         (along_channels ? upstream_scratch
                                          : packs        ? dot.outs * step
                                                         : 0);
};

/// Adds to sums [taps, columns] of one group what one image gives.
template <class T, ConvolutionSizes S>
CTNN_INLINE void add_image_along_channels(const T* image, const T* upstream, T* sums) {
  using Plan = WeightAdjointPlan<T, S>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  constexpr std::size_t blocks = Plan::area == 1 ? 1 : S.group_inputs();
  constexpr std::size_t all = ceil_divide(S.group_outputs(), lanes<B>);
  constexpr std::size_t across = Plan::area == 1 ? Plan::image.plane() : S.window.dilation.width;
  constexpr std::size_t down = S.window.dilation.height * Plan::image.pitch();
  for (std::size_t block = 0; block < blocks; ++block) {
    for_each_run<all, Plan::tile.others>([&]<std::size_t V>(std::size_t vector) {
      for_each_tile<Plan::taps, Pair{Plan::tile.height, Plan::tile.width}>(
          [&]<std::size_t Height, std::size_t Width>(std::size_t i, std::size_t j) {
            constexpr Steps rows{Width, across, down}, vectors{V, lanes<B>};
            T* to = sums + ((block * Plan::taps.height + i) * Plan::taps.width + j) * Plan::columns +
                    vector * lanes<B>;
            B tile[Height * Width][V];
            clear(tile);
            const T* right = upstream + vector * lanes<B>;
            const T* left = image + block * Plan::image.plane() + i * down + j * across;
            for (std::size_t y = 0; y < Plan::output.height; ++y) {
              for (std::size_t x = 0; x < Plan::output.width; ++x) {
                accumulate_outer<rows, vectors, 0>(tile, opaque(left + x * S.window.stride.width), right);
                right += Plan::columns;
              }
              left += S.window.stride.height * Plan::image.pitch();
            }
            CTNN_UNROLL for (std::size_t r = 0; r < Height * Width; ++r) {
              CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) {
                T* sum = to + (r / Width * Plan::taps.width + r % Width) * Plan::columns + v * lanes<B>;
                store(sum, load<B>(sum) + tile[r][v]);
              }
            }
          });
    });
  }
}

template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void weight_adjoint_along_channels(const T* input, const T* upstream, T* scratch, Sink& sink) {
  using Plan = WeightAdjointPlan<T, S>;
  T* const copy = scratch;
  T* const sums = copy + Plan::image_scratch;
  T* const transposed = sums + round_up(Plan::sums, 16);
  if constexpr (Plan::image.copied) fill_zero(copy, Plan::image_scratch);
  fill_zero(sums, Plan::sums);
  if constexpr (Plan::columns != S.group_outputs()) fill_zero(transposed, Plan::upstream_scratch);
  for (std::size_t n = 0; n < S.batch; ++n) {
    const T* image = input + n * S.in_channels * S.image.height * S.image.width;
    if constexpr (Plan::image.copied) {
      copy_image<T, S, Plan::image>(image, copy);
      image = copy;
    }
    for (std::size_t g = 0; g < S.groups; ++g) {
      copy_transposed(upstream, Plan::pixels, S.group_outputs(), Plan::pixels, transposed, Plan::columns);
      add_image_along_channels<T, S>(image + g * S.group_inputs() * Plan::image.plane(), transposed,
                                     sums + g * S.taps() * Plan::columns);
      upstream += S.group_outputs() * Plan::pixels;
    }
  }
  for (std::size_t g = 0; g < S.groups; ++g) {
    deliver_strip<S.group_outputs(), Plan::columns>(sink, sums + g * S.taps() * Plan::columns, S.taps(),
                                                    g * S.group_outputs(), 0);
  }
}

/// Copies `height` rows of O output channels, each to whole vectors: the last one ends with the row, after
/// zeros instead of what the vector before it holds. A row that is shorter than a vector is followed by
/// zeros.
template <class T, ConvolutionSizes S, std::size_t O>
CTNN_INLINE void pack_rows(const T* upstream, std::size_t height, T* packed) {
  using Plan = WeightAdjointPlan<T, S>;
  using B = BatchUpTo<T, Plan::dot.lanes>;
  constexpr std::size_t width = Plan::output.width, tail = width % lanes<B>, whole = width - tail;
  for (std::size_t o = 0; o < O; ++o) {
    const T* from = upstream + o * Plan::pixels;
    T* to = packed + o * Plan::step;
    for (std::size_t y = 0; y < height; ++y) {
      for (std::size_t x = 0; x < whole; x += lanes<B>) store(to + x, load<B>(from + x));
      if constexpr (tail != 0) {
        store(to + whole, broadcast<B>(0));
        store_partial(to + whole + (whole == 0 ? 0 : lanes<B> - tail), load_partial<B>(from + whole, tail),
                      tail);
      }
      from += width;
      to += Plan::row;
    }
  }
}

/// Adds to sums the products of `height` rows of O output channels with what I taps see, and fetches as many
/// rows from `ahead`.
template <class T, ConvolutionSizes S, class B, std::size_t O, std::size_t I>
CTNN_INLINE void add_products(B (&sums)[O][I], const T* (&taps)[I], const T* rows, std::size_t height,
                              const T* ahead) {
  using Plan = WeightAdjointPlan<T, S>;
  constexpr std::size_t width = Plan::output.width, tail = width % lanes<B>, whole = width - tail;
  const auto add = [&](std::size_t from, std::size_t by, auto read) {
    if constexpr (Plan::fetched != 0) {
      CTNN_UNROLL for (std::size_t i = 0; i < Plan::fetched; ++i) {
        __builtin_prefetch(ahead + i * Plan::pixels + by);
      }
    }
    const auto gradient = [&](std::size_t o) { return load<B>(rows + o * Plan::step + by); };
    if constexpr (O < I) {
      B gradients[O];
      CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) gradients[o] = keep(gradient(o));
      CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) {
        const B x = read(taps[i] + from);
        const B value = O > 1 ? keep(x) : x;
        CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) {
          sums[o][i] = fused_multiply_add(value, gradients[o], sums[o][i]);
        }
      }
    } else {
      B values[I];
      CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) values[i] = keep(read(taps[i] + from));
      CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) {
        const B row = I > 1 ? keep(gradient(o)) : gradient(o);
        CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) {
          sums[o][i] = fused_multiply_add(values[i], row, sums[o][i]);
        }
      }
    }
  };
  std::size_t from = 0;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < whole; x += lanes<B>) {
      add(from + x, x, [](const T* data) { return load<B>(data); });
    }
    if constexpr (tail != 0 && whole != 0) {
      add(from + width - lanes<B>, whole, [](const T* data) { return load<B>(data); });
    } else if constexpr (tail != 0) {
      add(from, 0, [](const T* data) { return load_partial<B>(data, tail); });
    }
    from += S.window.stride.height * Plan::image.pitch();
    rows += Plan::row;
    ahead += Plan::row;
  }
}

/// The products of all output channels and taps of one group with `height` rows from row y on, added to
/// `sums` unless `first`; `last` delivers them.
template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void weight_products(const T* image, const T* upstream, std::size_t y, std::size_t height,
                                 T* packed, T* sums, bool first, bool last, std::size_t row, Sink& sink) {
  using Plan = WeightAdjointPlan<T, S>;
  using B = BatchUpTo<T, Plan::dot.lanes>;
  image += y * S.window.stride.height * Plan::image.pitch();
  upstream += y * Plan::output.width;
  for_each_run<S.group_outputs(), Plan::dot.outs>([&]<std::size_t O>(std::size_t out) {
    const T* rows = upstream + out * Plan::pixels;
    if constexpr (Plan::packs) {
      pack_rows<T, S, O>(rows, height, packed);
      rows = packed;
    }
    const T* ahead = out + O < S.group_outputs() ? upstream + (out + O) * Plan::pixels
                                                 : upstream + height * Plan::output.width;
    for_each_run<S.taps(), Plan::dot.ins>([&]<std::size_t I>(std::size_t tap) {
      const T* taps[I];
      CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) {
        taps[i] = image + (tap + i) / Plan::area * Plan::image.plane() +
                  window_offsets<S, Plan::image>[(tap + i) % Plan::area];
      }
      B tile[O][I];
      if (first) {
        clear(tile);
      } else {
        CTNN_UNROLL for (std::size_t i = 0; i < O * I; ++i) tile[i / I][i % I] = load<B>(sums + i * lanes<B>);
      }
      add_products<T, S>(tile, taps, rows, height, ahead);
      ahead += Plan::fetched * Plan::pixels;
      if (last) {
        CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) deliver_sums(sink, row + out + o, tap, tile[o]);
      } else {
        CTNN_UNROLL for (std::size_t i = 0; i < O * I; ++i) store(sums + i * lanes<B>, tile[i / I][i % I]);
      }
      sums += O * I * lanes<B>;
    });
  });
}

template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void weight_adjoint_along_pixels(const T* input, const T* upstream, T* scratch, Sink& sink) {
  using Plan = WeightAdjointPlan<T, S>;
  T* const sums = scratch + Plan::image_scratch;
  T* const packed = sums + round_up(Plan::sums, 16);
  if constexpr (Plan::image.copied) fill_zero(scratch, Plan::image_scratch);
  for (std::size_t n = 0; n < S.batch; ++n) {
    const T* image = input;
    if constexpr (Plan::image.copied) {
      copy_image<T, S, Plan::image>(input, scratch);
      image = scratch;
    }
    for (std::size_t y = 0; y < Plan::output.height; y += Plan::rows) {
      for (std::size_t g = 0; g < S.groups; ++g) {
        constexpr bool once = S.batch * Plan::strips == 1;
        weight_products<T, S>(
            image + g * S.group_inputs() * Plan::image.plane(),
            upstream + g * S.group_outputs() * Plan::pixels, y, std::min(Plan::rows, Plan::output.height - y),
            packed, sums + g * S.group_outputs() * S.taps() * Plan::dot.lanes, once || n + y == 0,
            once || (n + 1 == S.batch && y + Plan::rows >= Plan::output.height), g * S.group_outputs(), sink);
      }
    }
    input += S.in_channels * S.image.height * S.image.width;
    upstream += S.out_channels * Plan::pixels;
  }
}

template <class T, ConvolutionSizes S, class Sink>
[[gnu::noinline]] void weight_adjoint(const T* input, const T* upstream, T* scratch, Sink sink) {
  if constexpr (WeightAdjointPlan<T, S>::along_channels) {
    weight_adjoint_along_channels<T, S>(input, upstream, scratch, sink);
  } else {
    weight_adjoint_along_pixels<T, S>(input, upstream, scratch, sink);
  }
}

}  // namespace detail

template <class T, ConvolutionSizes S>
constexpr std::size_t convolution_weight_adjoint_scratch() {
  return detail::WeightAdjointPlan<T, flattened(S)>::scratch;
}

/// Delivers the gradient with respect to a convolution's weights, summed over the batch, as rows of
/// out_channels by taps, from the gradient `upstream` with respect to its output.
template <class T, ConvolutionSizes S, class Sink>
void convolution_weight_adjoint(const T* input, const T* upstream, T* scratch, Sink&& sink) {
  detail::weight_adjoint<T, flattened(S)>(input, upstream, scratch, sink);
}

}  // namespace ctnn::kernels
