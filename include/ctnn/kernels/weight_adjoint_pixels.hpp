#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/kernels/block.hpp>
#include <ctnn/kernels/convolution_plan.hpp>
#include <ctnn/kernels/strip.hpp>

/// The gradient of a convolution's weights with vectors along pixels: products of the upstream gradient with
/// the shifted image, whose lanes are added at the end.
namespace ctnn::kernels {

/// How the rows of outputs become vectors. `whole`: each row is some. Else all rows of a strip are one run:
/// `unfolded`, next to each other, of copies of the image that leave out what a column of the window does not
/// see; or `spread` as far as the image's rows, with zeros between.
enum class PixelRows : unsigned char { whole, unfolded, spread };

/// Tiles of `outs` output channels by `ins` taps, each a vector of `lanes` sums over pixels, in strips of
/// `rows` rows of outputs.
struct DotTile {
  PixelRows kind;
  std::size_t lanes, outs, ins, rows, cost;
};

constexpr bool is_contiguous(const ConvolutionSizes& s) {
  return s.window.kernel.width == 1 && s.window.padding == Pair{0, 0} && s.window.stride == Pair{1, 1};
}

constexpr StripLayout strip_layout(const ConvolutionSizes& s, PixelRows kind, std::size_t rows) {
  const bool in_place =
      s.window.padding == Pair{0, 0} &&
      (kind == PixelRows::whole
           ? s.window.stride.width == 1
           : s.window.stride == Pair{1, 1} && (kind == PixelRows::spread || s.window.kernel.width == 1));
  if (in_place) return layout_in_place(s);
  return kind == PixelRows::unfolded ? unfolded_layout(s, rows) : phased_layout(s, rows);
}

/// The tile of least cost, in quarter cycles.
template <class T>
constexpr DotTile choose_dot_tile(const ConvolutionSizes& s, PixelRows kind) {
  const Pair output = s.output();
  const std::size_t native = lanes<Batch<T>>;
  const std::size_t lane_count = output.height * output.width * 2 <= native ? native / 2 : native;
  const std::size_t bytes = lane_count * sizeof(T), width = TileCost{bytes, 1, 1}.width();
  const StripLayout whole_image = strip_layout(s, kind, output.height);
  const std::size_t pitch = kind == PixelRows::spread ? whole_image.pitch : output.width;
  const std::size_t steps = ceil_divide(output.height * pitch, lane_count);

  std::size_t copies = 0;
  if (whole_image.copied) {
    const std::size_t seen = s.in_channels * whole_image.views * rows_seen(s, output.height);
    copies +=
        seen * (whole_image.step == 1 ? 16 * ceil_divide(whole_image.pitch, native) : 4 * whole_image.pitch);
  }
  if (kind == PixelRows::spread) copies += 8 * s.out_channels * output.height * ceil_divide(pitch, native);

  DotTile best{kind, lane_count, 1, 1, 1, static_cast<std::size_t>(-1)};
  for (std::size_t outs = 1; outs <= std::min<std::size_t>(s.group_outputs(), 12); ++outs) {
    for (std::size_t ins = 1; ins <= std::min<std::size_t>(s.taps(), 12); ++ins) {
      if (outs * ins + std::min(outs, ins) + 1 > register_count) break;
      // Each tap has an address of its own, unless the tile is whole windows.
      if (ins > 4 && ins % s.window.area() != 0) continue;
      const std::size_t limit = 40960 / ((outs + ins) * pitch * sizeof(T));
      const std::size_t strips = ceil_divide(output.height, std::clamp<std::size_t>(limit, 1, output.height));
      // Reads of whole lines take time from the products, as those of shifted rows lie across two.
      const std::size_t read = bytes > 32 ? 4 : 1;
      const auto cost = [&](std::size_t rows, std::size_t taps) {
        return steps * std::max<std::size_t>(rows * taps * width + (rows + taps) * read / 2, 16) +
               rows * taps * (strips == 1 ? 12 : 12 + 8 * strips) + 32 * strips;
      };
      const std::size_t rest_outs = s.group_outputs() % outs, rest_ins = s.taps() % ins;
      std::size_t total = (s.group_outputs() / outs) * (s.taps() / ins) * cost(outs, ins);
      if (rest_ins != 0) total += (s.group_outputs() / outs) * cost(outs, rest_ins);
      if (rest_outs != 0) total += (s.taps() / ins) * cost(rest_outs, ins);
      if (rest_outs != 0 && rest_ins != 0) total += cost(rest_outs, rest_ins);
      total = s.batch * (s.groups * total + copies);
      if (total < best.cost) best = {kind, lane_count, outs, ins, ceil_divide(output.height, strips), total};
    }
  }
  return best;
}

template <class T>
constexpr DotTile choose_dot_tile(const ConvolutionSizes& s) {
  if (is_contiguous(s)) return choose_dot_tile<T>(s, PixelRows::unfolded);
  if (s.output().width % lanes<Batch<T>> == 0) return choose_dot_tile<T>(s, PixelRows::whole);
  const DotTile unfolded = choose_dot_tile<T>(s, PixelRows::unfolded);
  const DotTile spread = choose_dot_tile<T>(s, PixelRows::spread);
  return spread.cost < unfolded.cost ? spread : unfolded;
}

template <class T, ConvolutionSizes S>
struct PixelAdjointPlan {
  static constexpr Pair output = S.output();
  static constexpr std::size_t pixels = output.height * output.width, area = S.window.area();
  static constexpr DotTile tile = choose_dot_tile<T>(S);
  static constexpr std::size_t cost = tile.cost, rows = tile.rows;
  static constexpr std::size_t strips = ceil_divide(output.height, rows);
  static constexpr StripLayout image = strip_layout(S, tile.kind, rows);
  static constexpr bool spreads = tile.kind == PixelRows::spread;
  /// From a row of an output channel to the next, and from an output channel to the next.
  static constexpr std::size_t pitch = spreads ? image.pitch : output.width;
  static constexpr std::size_t step = spreads ? rows * pitch : pixels;

  // Channels of a gradient beyond the nearest caches that each tile of taps fetches for the next outputs.
  static constexpr bool near = S.group_outputs() * pixels * sizeof(T) <= 1048576;
  static constexpr std::size_t fetched = near ? 0 : ceil_divide(tile.outs, ceil_divide(S.taps(), tile.ins));

  static constexpr std::size_t native = lanes<Batch<T>>;
  static constexpr std::size_t image_scratch = image.copied ? round_up(S.in_channels * image.plane(), 16) : 0;
  static constexpr std::size_t sums =
      S.batch * strips == 1 ? 0 : round_up(S.out_channels * S.taps() * tile.lanes, 16);
  static constexpr std::size_t scratch = image_scratch + sums + (spreads ? tile.outs * step + native : 0);
};

/// Copies `height` rows of O output channels, each followed by zeros up to the next.
template <class T, ConvolutionSizes S, std::size_t O>
CTNN_INLINE void spread_rows(const T* upstream, std::size_t height, T* spread) {
  using Plan = PixelAdjointPlan<T, S>;
  using B = Batch<T>;
  constexpr std::size_t width = Plan::output.width;
  for (std::size_t o = 0; o < O; ++o) {
    for (std::size_t y = 0; y < height; ++y) {
      const T* from = upstream + o * Plan::pixels + y * width;
      T* to = spread + o * Plan::step + y * Plan::pitch;
      // What goes beyond the row is overwritten by the next.
      for (std::size_t x = 0; x < Plan::pitch; x += lanes<B>) {
        store(to + x,
              x + lanes<B> <= width ? load<B>(from + x) : load_partial<B>(from + x, std::max(width, x) - x));
      }
    }
  }
}

/// Adds to sums the products of `height` rows of O output channels with what I taps see, and fetches as many
/// rows from `ahead`.
template <class T, ConvolutionSizes S, class B, std::size_t O, std::size_t I>
CTNN_INLINE void add_products(B (&sums)[O][I], const T* image, const std::size_t (&taps)[I], const T* rows,
                              std::size_t height, const T* ahead) {
  using Plan = PixelAdjointPlan<T, S>;
  constexpr bool whole = Plan::tile.kind == PixelRows::whole;
  const auto add = [&](std::size_t from, std::size_t by, auto read) CTNN_INLINED {
    if constexpr (Plan::fetched != 0) {
      CTNN_UNROLL for (std::size_t i = 0; i < Plan::fetched; ++i) {
        prefetch(ahead, i * Plan::pixels + by);
      }
    }
    const auto gradient = [&](std::size_t o) CTNN_INLINED { return read(rows + o * Plan::step + by); };
    const auto value = [&](std::size_t i) CTNN_INLINED { return read(image + from + taps[i]); };
    if constexpr (O < I) {
      B gradients[O];
      CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) gradients[o] = keep(gradient(o));
      CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) {
        const B seen = O > 1 ? keep(value(i)) : value(i);
        CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) {
          sums[o][i] = fused_multiply_add(seen, gradients[o], sums[o][i]);
        }
      }
    } else {
      B values[I];
      CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) values[i] = keep(value(i));
      CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) {
        const B row = I > 1 ? keep(gradient(o)) : gradient(o);
        CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) {
          sums[o][i] = fused_multiply_add(values[i], row, sums[o][i]);
        }
      }
    }
  };
  const auto load_all = [](const T* data) CTNN_INLINED { return load<B>(data); };
  const std::size_t runs = whole ? height : 1;
  const std::size_t length = whole ? Plan::output.width : (height - 1) * Plan::pitch + Plan::output.width;
  for (std::size_t run = 0; run < runs; ++run) {
    const std::size_t from = run * row_step<S, Plan::image>, by = run * Plan::pitch;
    std::size_t column = 0;
    for (; column + lanes<B> <= length; column += lanes<B>) add(from + column, by + column, load_all);
    if constexpr (!whole) {
      if (column < length) {
        add(column, column,
            [rest = length - column](const T* data) CTNN_INLINED { return load_partial<B>(data, rest); });
      }
    }
  }
}

/// The products of all output channels and taps of one group with `height` rows of `image` and `upstream`,
/// added to `sums` unless `first`; `last` delivers them.
template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void weight_products(const T* image, const T* upstream, std::size_t height, T* spread, T* sums,
                                 bool first, bool last, std::size_t row, Sink& sink) {
  using Plan = PixelAdjointPlan<T, S>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  for_each_run<S.group_outputs(), Plan::tile.outs>([&]<std::size_t O>(std::size_t out) CTNN_INLINED {
    const T* rows = upstream + out * Plan::pixels;
    if constexpr (Plan::spreads) {
      spread_rows<T, S, O>(rows, height, spread);
      rows = spread;
    }
    const T* ahead = out + O < S.group_outputs() ? upstream + (out + O) * Plan::pixels
                                                 : upstream + height * Plan::output.width;
    for_each_run<S.taps(), Plan::tile.ins>([&]<std::size_t I>(std::size_t tap) CTNN_INLINED {
      // Of whole windows, all addresses are one and constants.
      constexpr bool windows = I % Plan::area == 0;
      const std::size_t base = windows ? tap / Plan::area * Plan::image.plane() : 0;
      std::size_t taps[I];
      CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) {
        const std::size_t at = windows ? i : tap + i;
        taps[i] = at / Plan::area * Plan::image.plane() + strip_offsets<S, Plan::image>[at % Plan::area];
      }
      B tile[O][I];
      if (first) {
        clear(tile);
      } else {
        CTNN_UNROLL for (std::size_t i = 0; i < O * I; ++i) tile[i / I][i % I] = load<B>(sums + i * lanes<B>);
      }
      add_products<T, S>(tile, image + base, taps, rows, height, ahead);
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

/// Delivers the gradient, summed over all images.
template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void add_images_along_pixels(const T* input, const T* upstream, T* scratch, Sink& sink) {
  using Plan = PixelAdjointPlan<T, S>;
  constexpr bool once = S.batch * Plan::strips == 1;
  T* const sums = scratch + Plan::image_scratch;
  for (std::size_t n = 0; n < S.batch; ++n) {
    for (std::size_t y = 0; y < Plan::output.height; y += Plan::rows) {
      const std::size_t height = once ? Plan::rows : std::min(Plan::rows, Plan::output.height - y);
      const T* image = input + y * row_step<S, Plan::image>;
      if constexpr (Plan::image.copied) {
        copy_strip<T, S, Plan::image>(input, y, height, scratch);
        image = scratch;
      }
      for (std::size_t group = 0; group < S.groups; ++group) {
        weight_products<T, S>(
            image + group * S.group_inputs() * Plan::image.plane(),
            upstream + group * S.group_outputs() * Plan::pixels + y * Plan::output.width, height,
            sums + Plan::sums, sums + group * S.group_outputs() * S.taps() * Plan::tile.lanes,
            once || n + y == 0, once || (n + 1 == S.batch && y + Plan::rows >= Plan::output.height),
            group * S.group_outputs(), sink);
      }
    }
    input += S.in_channels * S.image.height * S.image.width;
    upstream += S.out_channels * Plan::pixels;
  }
}

}  // namespace ctnn::kernels
