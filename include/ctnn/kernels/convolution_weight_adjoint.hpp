#pragma once
#include <cstddef>

#include <ctnn/kernels/weight_adjoint_channels.hpp>
#include <ctnn/kernels/weight_adjoint_pixels.hpp>

namespace ctnn::kernels {

namespace detail {

template <class T, ConvolutionSizes S>
inline constexpr bool weight_adjoint_along_channels =
    ChannelAdjointPlan<T, S>::cost < PixelAdjointPlan<T, S>::cost;

template <class T, ConvolutionSizes S, class Sink>
[[gnu::noinline]] void weight_adjoint(const T* input, const T* upstream, T* scratch, Sink sink) {
  if constexpr (weight_adjoint_along_channels<T, S>) {
    add_images_along_channels<T, S>(input, upstream, scratch, sink);
  } else {
    add_images_along_pixels<T, S>(input, upstream, scratch, sink);
  }
}

}  // namespace detail

/// Elements of scratch for convolution_weight_adjoint<T, S>.
template <class T, ConvolutionSizes S>
constexpr std::size_t convolution_weight_adjoint_scratch() {
  if constexpr (detail::weight_adjoint_along_channels<T, S>) {
    return ChannelAdjointPlan<T, S>::scratch;
  } else {
    return PixelAdjointPlan<T, S>::scratch;
  }
}

/// Delivers the gradient with respect to a convolution's weights, summed over the batch, as rows of
/// out_channels by taps, from the gradient `upstream` with respect to its output.
template <class T, ConvolutionSizes S, class Sink>
void convolution_weight_adjoint(const T* input, const T* upstream, T* scratch, Sink&& sink) {
  detail::weight_adjoint<T, S>(input, upstream, scratch, sink);
}

}  // namespace ctnn::kernels
