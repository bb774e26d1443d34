#pragma once
#include <ctnn/graph/builder.hpp>
#include <ctnn/initializers/pytorch.hpp>
#include <ctnn/layers/options.hpp>
#include <ctnn/ops/convolution.hpp>

namespace ctnn {

namespace detail {

template <auto Kernel, auto DefaultStride, class... Options>
inline constexpr Window window_of{
    pair_of(Kernel),
    option_value<option::stride, Stride<DefaultStride.height, DefaultStride.width>, Options...>,
    option_value<option::padding, Padding<0>, Options...>,
    option_value<option::dilation, Dilation<1>, Options...>};

constexpr bool is_valid(const Window& w) {
  return w.area() > 0 && w.stride.height > 0 && w.stride.width > 0 && w.dilation.height > 0 &&
         w.dilation.width > 0;
}

/// How errors name a window: 5 x 5.
constexpr Text window_text(const Window& w) {
  return join(w.kernel.height, " x ", w.kernel.width);
}

/// Complains unless x is an image that the window fits on.
constexpr bool image_fits(Builder& builder, Value x, const Window& window) {
  const Extents sample = Builder::sample_shape(x);
  if (sample.rank != 3) {
    builder.misfit(x, "an image [channels, height, width]");
    return false;
  }
  const Pair output = window.output({sample[1], sample[2]});
  if (output.height == 0 || output.width == 0) {
    builder.misfit(x, join("an image of at least ", window_text(window)), "its window does not fit");
    return false;
  }
  return true;
}

}  // namespace detail

/// Cross-correlation of an image [channels, height, width] with OutChannels kernels, as PyTorch's Conv2d.
/// Kernel is a side, or Pair{height, width}. Parameters weight [OutChannels, channels / groups, kernel] and
/// bias [OutChannels]. Options: Stride<1>, Padding<0>, Dilation<1>, Groups<1>, Bias<true>, Inputs<channels>,
/// Initialize<pytorch_uniform>.
template <std::size_t OutChannels, auto Kernel, class... Options>
struct Conv2d {
  static_assert(OutChannels > 0, "ctnn: Conv2d needs at least one output channel");
  static_assert(
      detail::options_are_known<
          boost::mp11::mp_list<option::stride, option::padding, option::dilation, option::groups,
                               option::bias, option::inputs, option::initialize>,
          Options...>(),
      "ctnn: Conv2d takes each of Stride, Padding, Dilation, Groups, Bias, Inputs and Initialize once");
  static constexpr Window window = detail::window_of<Kernel, Pair{1, 1}, Options...>;
  static constexpr std::size_t groups = detail::option_value<option::groups, Groups<1>, Options...>;
  static_assert(detail::is_valid(window) && groups > 0,
                "ctnn: Conv2d needs a kernel, stride, dilation and groups above zero");

  static constexpr Value lower(Builder& builder, Value x) {
    if (!detail::image_fits(builder, x, window)) return x;
    constexpr std::size_t inputs = detail::option_value<option::inputs, Inputs<0>, Options...>;
    const std::size_t channels = x.shape()[1];
    if (inputs != 0 && channels != inputs) return builder.misfit(x, join(inputs, " channels"));
    if (channels % groups != 0 || OutChannels % groups != 0)
      return builder.misfit(x, join("input and output channels that ", groups, " groups divide"));

    constexpr Initializer initializer =
        detail::option_value<option::initialize, Initialize<pytorch_uniform>, Options...>;
    const std::size_t taps = channels / groups * window.area();
    const Fans fans{static_cast<double>(taps), static_cast<double>(OutChannels * window.area())};
    const Value weight = builder.parameter(
        "weight", {OutChannels, channels / groups, window.kernel.height, window.kernel.width}, initializer,
        fans);
    const Value y = convolution(x, weight, window, groups);
    if constexpr (detail::option_value<option::bias, Bias<true>, Options...>)
      return y +
             reshape(builder.parameter("bias", {OutChannels}, pytorch_uniform, fans), {OutChannels, 1, 1});
    else
      return y;
  }
};

template <std::size_t OutChannels, auto Kernel, class... Options>
inline constexpr Conv2d<OutChannels, Kernel, Options...> conv2d{};

}  // namespace ctnn
