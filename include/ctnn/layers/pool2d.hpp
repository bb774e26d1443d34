#pragma once
#include <ctnn/layers/conv2d.hpp>
#include <ctnn/ops/pooling.hpp>

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

template <auto Kernel, class... Options>
inline constexpr MaxPool2d<Kernel, Options...> max_pool2d{};
template <auto Kernel, class... Options>
inline constexpr AvgPool2d<Kernel, Options...> avg_pool2d{};

}  // namespace ctnn
