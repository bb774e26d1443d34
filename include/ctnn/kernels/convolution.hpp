#pragma once
#include <cstddef>

#include <ctnn/kernels/convolution_channels.hpp>
#include <ctnn/kernels/convolution_pixels.hpp>

namespace ctnn::kernels {

namespace detail {

/// How a convolution runs: along channels or pixels, on the image or a copy of it, with the weights as they
/// come ([out_channels, taps], or [taps, out_channels] when `Packed`) or packed into scratch.
template <class T, ConvolutionSizes S, bool Packed, Fold F = {}>
struct ConvolutionPlan {
  using Channels = ChannelPlan<T, S, F>;
  using Pixels = PixelPlan<T, S>;
  static constexpr std::size_t outputs = S.out_channels * S.output().height * S.output().width;

  static constexpr bool copies_rows = S.window.padding != Pair{0, 0} || S.window.stride.width != 1 ||
                                      (!has_masks && S.output().width % Pixels::tile.lanes != 0);
  static constexpr ImageLayout rows = image_layout(S, copies_rows, S.window.stride.width);
  static constexpr ImageLayout cells = image_layout(S, Channels::bordered, 1);

  // In quarter cycles: results along channels are exchanged; a copy goes by vectors, but for its phases.
  static constexpr std::size_t channel_cost = S.groups * Channels::tile.cost + 3 * outputs / 2 +
                                              (Packed ? 0 : 2 * S.out_channels * S.taps() / S.batch);
  static constexpr std::size_t pixel_cost =
      S.groups * Pixels::cost + (rows.copied ? rows.size() * (rows.phases == 1 ? 1 : 8) : 0);
  static constexpr bool along_channels = F.taps > 1 || channel_cost < pixel_cost;
  static constexpr std::size_t cost = along_channels ? channel_cost : pixel_cost;

  static constexpr ImageLayout image = along_channels ? cells : rows;
  // Vectors may run over the end of the last row.
  static constexpr std::size_t image_scratch =
      image.copied ? round_up(image.size() + lanes<Batch<T>> * S.window.stride.width, 16) : 0;

  static constexpr std::size_t padded = round_up(S.group_outputs(), Channels::tile.lanes);
  static constexpr bool pack = along_channels && (!Packed || (!has_masks && padded != S.group_outputs()));
  static constexpr WeightColumns columns = pack ? WeightColumns{padded, S.weights_per_output() * padded, true}
                                                : WeightColumns{S.out_channels, S.group_outputs(), false};
  static constexpr WeightSteps steps = Packed ? WeightSteps{1, S.out_channels, S.group_outputs()}
                                              : WeightSteps{S.taps(), 1, S.taps() * S.group_outputs()};
  static constexpr std::size_t weight_scratch =
      pack ? round_up(S.groups * S.weights_per_output() * padded, 16) : 0;

  static constexpr std::size_t scratch =
      image_scratch + weight_scratch + (along_channels ? Channels::scratch : 0);
};

/// Copies the weights of each group to [taps, padded columns].
template <class T, ConvolutionSizes S, bool Packed, std::size_t Padded>
CTNN_INLINE void pack_weights(const T* weights, T* packed) {
  if constexpr (Padded != S.group_outputs()) fill_zero(packed, S.groups * S.weights_per_output() * Padded);
  for (std::size_t g = 0; g < S.groups; ++g) {
    T* to = packed + g * S.weights_per_output() * Padded;
    if constexpr (Packed) {
      for (std::size_t k = 0; k < S.weights_per_output(); ++k) {
        copy_run<S.group_outputs()>(weights + k * S.out_channels + g * S.group_outputs(), to + k * Padded);
      }
    } else {
      copy_transposed(weights + g * S.group_outputs() * S.taps(), S.taps(), S.group_outputs(), S.taps(), to,
                      Padded);
    }
  }
}

template <class T, ConvolutionSizes S, bool Packed, Fold F, class Sink>
[[gnu::noinline]] void convolve(const T* input, const T* weights, T* scratch, Sink sink) {
  using Plan = ConvolutionPlan<T, S, Packed, F>;
  T* const copy = scratch;
  if constexpr (Plan::image.copied) clear_around<T, S, Plan::image>(copy, Plan::image_scratch);
  scratch += Plan::image_scratch;
  if constexpr (Plan::pack) {
    pack_weights<T, S, Packed, Plan::padded>(weights, scratch);
    weights = scratch;
    scratch += Plan::weight_scratch;
  }
  for (std::size_t n = 0; n < S.batch; ++n) {
    const T* image = input + n * S.in_channels * S.image.height * S.image.width;
    if constexpr (Plan::image.copied) {
      copy_image<T, S, Plan::image>(image, copy);
      image = copy;
    }
    const std::size_t row = n * (S.out_channels / F.taps);
    if constexpr (Plan::along_channels) {
      convolve_along_channels<T, S, F, Plan::image, Plan::columns>(image, weights, scratch, row, sink);
    } else {
      convolve_along_pixels<T, S, Plan::image, Plan::steps>(image, weights, row, sink);
    }
  }
}

}  // namespace detail

/// Elements of scratch for convolution<T, S> and convolution_packed<T, S>.
template <class T, ConvolutionSizes S>
constexpr std::size_t convolution_scratch() {
  return detail::ConvolutionPlan<T, flattened(S), false>::scratch;
}
template <class T, ConvolutionSizes S>
constexpr std::size_t convolution_packed_scratch() {
  return detail::ConvolutionPlan<T, flattened(S), true>::scratch;
}

/// Delivers the convolution of input [batch, in_channels, image] with weights [out_channels, in_channels /
/// groups, kernel] to a sink (see StoreSink) whose rows are the batch's output channels and whose columns are
/// pixels.
template <class T, ConvolutionSizes S, class Sink>
void convolution(const T* input, const T* weights, T* scratch, Sink&& sink) {
  detail::convolve<T, flattened(S), false, Fold{}>(input, weights, scratch, sink);
}

/// The same with weights packed as [in_channels / groups, kernel, out_channels], perhaps in words.
template <class T, ConvolutionSizes S, class Sink>
void convolution_packed(const T* input, const T* weights, T* scratch, Sink&& sink) {
  detail::convolve<T, flattened(S), true, Fold{}>(input, weights, scratch, sink);
}

}  // namespace ctnn::kernels
