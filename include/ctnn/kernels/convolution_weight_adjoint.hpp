#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/kernels/block.hpp>
#include <ctnn/kernels/convolution_plan.hpp>

namespace ctnn::kernels {

namespace detail {

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
  static constexpr std::size_t channel_cost =
      S.batch * S.groups * ((area == 1 ? 1 : S.group_inputs()) * tile.cost + 2 * S.group_outputs() * pixels) +
      2 * S.out_channels * S.taps();

  static constexpr std::size_t dot_lanes = output.width * 2 <= native ? native / 2 : native;
  static constexpr std::size_t outs = std::min<std::size_t>(S.group_outputs(), register_count == 32 ? 6 : 3);
  static constexpr std::size_t ins = std::min<std::size_t>(S.taps(), register_count == 32 ? 4 : 3);
  static constexpr std::size_t vectors = output.height * ceil_divide(output.width, dot_lanes);
  static constexpr std::size_t tiles = ceil_divide(S.group_outputs(), outs) * ceil_divide(S.taps(), ins);
  // Shifted rows cross cache lines, so each of their reads counts twice.
  static constexpr std::size_t width = TileCost{dot_lanes * sizeof(T), 1, 1}.width();
  static constexpr std::size_t dot_step =
      std::max<std::size_t>({outs * ins * width, (outs + 2 * ins) * width, 16});
  static constexpr bool strided = S.window.stride.width != 1;
  static constexpr std::size_t pixel_cost =
      S.groups * tiles * (S.batch * vectors * dot_step + outs * ins * 16) +
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
  static constexpr std::size_t sums = along_channels ? S.groups * S.taps() * columns
                                      : image.copied ? S.out_channels * S.taps()
                                                     : 0;
  static constexpr std::size_t scratch =
      image_scratch + round_up(sums, 16) + (along_channels ? upstream_scratch : 0);
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

template <class T>
struct AddSink {
  T* data;
  std::size_t columns;
  template <class B>
  CTNN_INLINE void operator()(std::size_t row, std::size_t column, const B& value) const {
    T* to = data + row * columns + column;
    store(to, load<B>(to) + value);
  }
  template <class B>
  CTNN_INLINE void partial(std::size_t row, std::size_t column, const B& value, std::size_t count) const {
    T* to = data + row * columns + column;
    store_partial(to, load_partial<B>(to, count) + value, count);
  }
};

/// Delivers the products of all output channels and taps of one group over `images` images.
template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void weight_products(const T* image, const T* upstream, std::size_t images, std::size_t row,
                                 Sink& sink) {
  using Plan = WeightAdjointPlan<T, S>;
  using B = BatchUpTo<T, Plan::dot_lanes>;
  constexpr std::size_t width = Plan::output.width, tail = width % lanes<B>;
  for_each_run<S.taps(), Plan::ins>([&]<std::size_t I>(std::size_t tap) {
    const T* starts[I];
    CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) {
      starts[i] = image + (tap + i) / Plan::area * Plan::image.plane() +
                  window_offsets<S, Plan::image>[(tap + i) % Plan::area];
    }
    for_each_run<S.group_outputs(), Plan::outs>([&]<std::size_t O>(std::size_t out) {
      B sums[O][I];
      clear(sums);
      const auto add = [&](std::size_t from, std::size_t by, auto read) {
        B rows[O];
        CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) {
          const B gradient = read(upstream + (out + o) * Plan::pixels + by);
          rows[o] = I > 1 ? keep(gradient) : gradient;
        }
        CTNN_UNROLL for (std::size_t i = 0; i < I; ++i) {
          const B value = read(starts[i] + from);
          const B x = O > 1 ? keep(value) : value;
          CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) sums[o][i] =
              fused_multiply_add(x, rows[o], sums[o][i]);
        }
      };
      for (std::size_t n = 0; n < images; ++n) {
        for (std::size_t y = 0; y < Plan::output.height; ++y) {
          const std::size_t from = n * Plan::image.size() + y * S.window.stride.height * Plan::image.pitch();
          const std::size_t by = n * S.out_channels * Plan::pixels + y * width;
          for (std::size_t x = 0; x + lanes<B> <= width; x += lanes<B>) {
            add(from + x, by + x, [](const T* data) { return load<B>(data); });
          }
          if constexpr (tail != 0) {
            add(from + width - tail, by + width - tail,
                [&](const T* data) { return load_partial<B>(data, tail); });
          }
        }
      }
      CTNN_UNROLL for (std::size_t o = 0; o < O; ++o) deliver_sums(sink, row + out + o, tap, sums[o]);
    });
  });
}

template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void weight_adjoint_along_pixels(const T* input, const T* upstream, T* scratch, Sink& sink) {
  using Plan = WeightAdjointPlan<T, S>;
  constexpr std::size_t input_group = S.group_inputs() * Plan::image.plane();
  constexpr std::size_t output_group = S.group_outputs() * Plan::pixels;
  if constexpr (!Plan::image.copied) {
    for (std::size_t g = 0; g < S.groups; ++g) {
      weight_products<T, S>(input + g * input_group, upstream + g * output_group, S.batch,
                            g * S.group_outputs(), sink);
    }
  } else {
    T* const sums = scratch + Plan::image_scratch;
    fill_zero(scratch, Plan::image_scratch);
    fill_zero(sums, Plan::sums);
    AddSink<T> add{sums, S.taps()};
    for (std::size_t n = 0; n < S.batch; ++n) {
      copy_image<T, S, Plan::image>(input, scratch);
      for (std::size_t g = 0; g < S.groups; ++g) {
        weight_products<T, S>(scratch + g * input_group, upstream + g * output_group, 1,
                              g * S.group_outputs(), add);
      }
      input += S.in_channels * S.image.height * S.image.width;
      upstream += S.groups * output_group;
    }
    using B = BatchUpTo<T, 4>;
    constexpr std::size_t rest = S.taps() % lanes<B>;
    for (std::size_t o = 0; o < S.out_channels; ++o) {
      const T* row = sums + o * S.taps();
      for (std::size_t k = 0; k + lanes<B> <= S.taps(); k += lanes<B>) sink(o, k, load<B>(row + k));
      if constexpr (rest != 0) {
        sink.partial(o, S.taps() - rest, load_partial<B>(row + S.taps() - rest, rest), rest);
      }
    }
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
