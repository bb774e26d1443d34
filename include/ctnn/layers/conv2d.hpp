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

/// Complains unless all of a window's sizes are above zero.
constexpr bool is_valid(Builder& builder, const Window& w) {
  const auto above_zero = [&](std::string_view name, Pair pair) {
    if (pair.height == 0 || pair.width == 0) builder.fail({}, join("needs a ", name, " above zero"));
  };
  above_zero("kernel", w.kernel);
  above_zero("stride", w.stride);
  above_zero("dilation", w.dilation);
  return builder.error().empty();
}

/// The smallest extent of an image that a window fits on.
constexpr std::size_t smallest_extent(std::size_t kernel, std::size_t padding, std::size_t dilation) {
  const std::size_t span = dilation * (kernel - 1) + 1;
  return span > 2 * padding ? span - 2 * padding : 1;
}

/// Complains unless x is an image that the window fits on.
constexpr bool image_fits(Builder& builder, Value x, const Window& w) {
  if (!is_valid(builder, w)) return false;
  const Extents sample = Builder::sample_shape(x);
  if (sample.rank != 3) {
    builder.misfit(x, "an image [channels, height, width]");
    return false;
  }
  const Pair least{smallest_extent(w.kernel.height, w.padding.height, w.dilation.height),
                   smallest_extent(w.kernel.width, w.padding.width, w.dilation.width)};
  if (sample[1] < least.height || sample[2] < least.width)
    builder.misfit(x, join("an image of at least ", least.height, " x ", least.width),
                   "its window does not fit");
  return builder.error().empty();
}

}  // namespace detail

/// Cross-correlation of an image [channels, height, width] with OutChannels kernels, as PyTorch's Conv2d.
/// Kernel is a side, or Pair{height, width}. Parameters weight [OutChannels, channels / groups, kernel] and
/// bias [OutChannels]. Options: Stride<1>, Padding<0>, Dilation<1>, Groups<1>, Bias<true>, Inputs<channels>,
/// Initialize<pytorch_uniform>.
template <std::size_t OutChannels, auto Kernel, class... Options>
struct Conv2d {
  using options = boost::mp11::mp_list<option::stride, option::padding, option::dilation, option::groups,
                                       option::bias, option::inputs, option::initialize>;
  static constexpr Window window = detail::window_of<Kernel, Pair{1, 1}, Options...>;
  static constexpr std::size_t groups = detail::option_value<option::groups, Groups<1>, Options...>;

  static constexpr Value lower(Builder& builder, Value x) {
    if (!detail::options_fit(builder, options{}, boost::mp11::mp_list<Options...>{})) return x;
    if (OutChannels == 0) return builder.fail(x, "needs at least one output channel");
    if (groups == 0) return builder.fail(x, "needs at least one group");
    if (OutChannels % (groups == 0 ? 1 : groups) != 0)
      return builder.fail(x, join("needs a number of output channels that its ", groups, " groups divide"));
    if (!detail::image_fits(builder, x, window)) return x;
    constexpr std::size_t inputs = detail::option_value<option::inputs, Inputs<0>, Options...>;
    const std::size_t channels = x.shape()[1];
    if (inputs != 0 && channels != inputs) return builder.misfit(x, join("[", inputs, ", height, width]"));
    if (channels % groups != 0)
      return builder.misfit(x, join("a number of channels that its ", groups, " groups divide"));

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
