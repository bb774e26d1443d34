#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/kernels/block.hpp>
#include <ctnn/kernels/convolution_plan.hpp>
#include <ctnn/kernels/strip.hpp>

/// The gradient of a convolution's weights with vectors along the output channels: a strip of the upstream
/// gradient is transposed to pixels x channels, and each of a tile's taps holds vectors of channels.
namespace ctnn::kernels {

template <class T, ConvolutionSizes S>
struct ChannelAdjointPlan {
  static constexpr Pair output = S.output();
  static constexpr std::size_t pixels = output.height * output.width, area = S.window.area();
  // The taps of a tile are a part of the window, or input channels when the window is a single pixel.
  static constexpr Pair taps = area == 1 ? Pair{1, S.group_inputs()} : S.window.kernel;
  static constexpr std::size_t blocks = area == 1 ? 1 : S.group_inputs();
  static constexpr GridTile tile = choose_grid_tile<T>(taps, S.group_outputs(), pixels, false);

  // A panel is the channels of a tile. A strip of it stays in the nearest cache.
  static constexpr std::size_t panel = std::min(tile.others * tile.lanes, S.group_outputs());
  static constexpr std::size_t columns = round_up(panel, std::max(tile.lanes, lanes<BlockBatch<T>>));
  static constexpr std::size_t panels = ceil_divide(S.group_outputs(), panel);
  static constexpr std::size_t strips =
      std::min(output.height, ceil_divide(pixels* columns * sizeof(T), 32768));
  static constexpr std::size_t rows = ceil_divide(output.height, strips);

  static constexpr StripLayout image =
      S.window.padding == Pair{0, 0} ? layout_in_place(S) : bordered_layout(S, rows);
  static constexpr std::size_t cost =
      S.batch * S.groups * (blocks * tile.cost + 2 * S.group_outputs() * pixels) +
      2 * S.out_channels * S.taps();

  static constexpr std::size_t image_scratch = image.copied ? round_up(S.in_channels * image.plane(), 16) : 0;
  static constexpr std::size_t panel_sums = S.taps() * columns;
  static constexpr std::size_t sums = round_up(S.groups * panels * panel_sums, 16);
  static constexpr std::size_t scratch = image_scratch + sums + rows * output.width * columns;
};

/// Adds to sums [taps, columns] what a strip gives: `height` rows of upstream gradients [pixels, columns].
/// `first`: nothing has been summed yet.
template <class T, ConvolutionSizes S, std::size_t V>
CTNN_INLINE void add_strip_along_channels(const T* image, const T* upstream, std::size_t height, T* sums,
                                          bool first) {
  using Plan = ChannelAdjointPlan<T, S>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  constexpr std::size_t across = Plan::area == 1 ? Plan::image.plane() : S.window.dilation.width;
  constexpr std::size_t down = S.window.dilation.height * Plan::image.pitch;
  for (std::size_t block = 0; block < Plan::blocks; ++block) {
    for_each_tile<Plan::taps, Pair{Plan::tile.height, Plan::tile.width}>(
        [&]<std::size_t Height, std::size_t Width>(std::size_t i, std::size_t j) {
          constexpr Steps taps{Width, across, down}, vectors{V, lanes<B>};
          T* const to = sums + ((block * Plan::taps.height + i) * Plan::taps.width + j) * Plan::columns;
          B tile[Height * Width][V];
          const auto for_each_sum = [&](const auto& function) CTNN_INLINED {
            CTNN_UNROLL for (std::size_t r = 0; r < Height * Width; ++r) {
              CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) {
                function(tile[r][v],
                         to + (r / Width * Plan::taps.width + r % Width) * Plan::columns + v * lanes<B>);
              }
            }
          };
          if (first) {
            clear(tile);
          } else {
            for_each_sum([](B& sum, const T* at) CTNN_INLINED { sum = load<B>(at); });
          }
          const T* right = upstream;
          const T* left = image + block * Plan::image.plane() + i * down + j * across;
          for (std::size_t line = 0; line < height; ++line) {
            for (std::size_t column = 0; column < Plan::output.width; ++column) {
              accumulate_outer<taps, vectors, 0>(tile, opaque(left + column * S.window.stride.width), right);
              right += Plan::columns;
            }
            left += row_step<S, Plan::image>;
          }
          for_each_sum([](const B& sum, T* at) CTNN_INLINED { store(at, sum); });
        });
  }
}

/// Delivers the gradient, summed over all images.
template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void add_images_along_channels(const T* input, const T* upstream, T* scratch, Sink& sink) {
  using Plan = ChannelAdjointPlan<T, S>;
  T* const all_sums = scratch + Plan::image_scratch;
  T* const transposed = all_sums + Plan::sums;
  // Calls function<Channels>(first channel, sums) for each panel.
  const auto for_each_panel = [&](const auto& function) CTNN_INLINED {
    T* sums = all_sums;
    for (std::size_t group = 0; group < S.groups; ++group) {
      for_each_run<S.group_outputs(), Plan::panel>(
          [&]<std::size_t Channels>(std::size_t channel) CTNN_INLINED {
            function.template operator()<Channels>(group * S.group_outputs() + channel, sums);
            sums += Plan::panel_sums;
          });
    }
  };
  for (std::size_t n = 0; n < S.batch; ++n) {
    for (std::size_t y = 0; y < Plan::output.height; y += Plan::rows) {
      const std::size_t height = std::min(Plan::rows, Plan::output.height - y);
      const T* image = input + y * row_step<S, Plan::image>;
      if constexpr (Plan::image.copied) {
        copy_strip<T, S, Plan::image>(input, y, height, scratch);
        image = scratch;
      }
      for_each_panel([&]<std::size_t Channels>(std::size_t channel, T* sums) CTNN_INLINED {
        constexpr std::size_t vectors = ceil_divide(Channels, Plan::tile.lanes);
        const std::size_t count = height * Plan::output.width;
        if constexpr (Channels != Plan::columns) fill_zero(transposed, count * Plan::columns);
        copy_transposed(upstream + channel * Plan::pixels + y * Plan::output.width, Plan::pixels, Channels,
                        count, transposed, Plan::columns);
        add_strip_along_channels<T, S, vectors>(
            image + channel / S.group_outputs() * S.group_inputs() * Plan::image.plane(), transposed, height,
            sums, n + y == 0);
      });
    }
    input += S.in_channels * S.image.height * S.image.width;
    upstream += S.out_channels * Plan::pixels;
  }
  for_each_panel([&]<std::size_t Channels>(std::size_t channel, const T* sums) CTNN_INLINED {
    deliver_strip<Channels, Plan::columns>(sink, sums, S.taps(), channel, 0);
  });
}

}  // namespace ctnn::kernels
