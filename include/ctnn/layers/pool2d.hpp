#pragma once
#include <ctnn/layers/conv2d.hpp>
#include <ctnn/ops/pooling.hpp>
#include <ctnn/ops/reduction.hpp>

namespace ctnn {

namespace detail {

/// What both poolings share: the window, whose stride is its kernel unless given, and its checks.
template <auto Kernel, class... Options>
struct Pool2d {
  using options = boost::mp11::mp_list<option::stride, option::padding>;
  static constexpr Window window = window_of<Kernel, pair_of(Kernel), Options...>;

  static constexpr bool takes(Builder& builder, Value x) {
    if (!options_fit(builder, options{}, boost::mp11::mp_list<Options...>{})) return false;
    if (2 * window.padding.height > window.kernel.height || 2 * window.padding.width > window.kernel.width)
      builder.fail(x, "pads by more than half of its kernel");
    return image_fits(builder, x, window);
  }
};

}  // namespace detail

/// The largest element of each window of an image [channels, height, width], as PyTorch's MaxPool2d: the
/// windows that fit whole. Options: Stride<Kernel>, Padding<0>.
template <auto Kernel, class... Options>
struct MaxPool2d : detail::Pool2d<Kernel, Options...> {
  static constexpr Value lower(Builder& builder, Value x) {
    return MaxPool2d::takes(builder, x) ? max_pool(x, MaxPool2d::window) : x;
  }
};

/// The mean of each window, as PyTorch's AvgPool2d: padding counts as zeros. Options: Stride<Kernel>,
/// Padding<0>.
template <auto Kernel, class... Options>
struct AvgPool2d : detail::Pool2d<Kernel, Options...> {
  static constexpr Value lower(Builder& builder, Value x) {
    return AvgPool2d::takes(builder, x) ? average_pool(x, AvgPool2d::window) : x;
  }
};

/// The means of Output windows that share an image out among them, as PyTorch's AdaptiveAvgPool2d:
/// AdaptiveAvgPool2d<1> is the mean of each channel, [channels, 1, 1]. Output is a side, or Pair{height,
/// width}, and must divide the image's.
template <auto Output>
struct AdaptiveAvgPool2d {
  static constexpr Pair output = detail::pair_of(Output);

  static constexpr Value lower(Builder& builder, Value x) {
    const Extents sample = Builder::sample_shape(x);
    if (output.height == 0 || output.width == 0) return builder.fail(x, "needs an output above zero");
    if (sample.rank != 3) return builder.misfit(x, "an image [channels, height, width]");
    if (sample[1] % output.height != 0 || sample[2] % output.width != 0)
      return builder.misfit(x,
                            join("an image whose sides ", output.height, " and ", output.width, " divide"));
    const Pair window{sample[1] / output.height, sample[2] / output.width};
    if (output.height * output.width > 1) return average_pool(x, {window, window});
    return reshape(mean(x, 2, 4), {builder.batch(), sample[0], 1, 1});
  }
};

template <auto Kernel, class... Options>
inline constexpr MaxPool2d<Kernel, Options...> max_pool2d{};
template <auto Kernel, class... Options>
inline constexpr AvgPool2d<Kernel, Options...> avg_pool2d{};
template <auto Output>
inline constexpr AdaptiveAvgPool2d<Output> adaptive_avg_pool2d{};

}  // namespace ctnn
