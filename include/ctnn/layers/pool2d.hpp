#pragma once
#include <ctnn/layers/conv2d.hpp>
#include <ctnn/ops/pooling.hpp>

namespace ctnn {

namespace detail {

/// What both poolings share: the window, whose stride is its kernel unless given, and its checks.
template <auto Kernel, class... Options>
struct Pool2d {
  static_assert(options_are_known<boost::mp11::mp_list<option::stride, option::padding>, Options...>(),
                "ctnn: pooling takes each of Stride and Padding once");
  static constexpr Window window = window_of<Kernel, pair_of(Kernel), Options...>;
  static_assert(is_valid(window), "ctnn: pooling needs a kernel and a stride above zero");
  static_assert(2 * window.padding.height <= window.kernel.height &&
                    2 * window.padding.width <= window.kernel.width,
                "ctnn: pooling can pad by at most half of its kernel");
};

}  // namespace detail

/// The largest element of each window of an image [channels, height, width], as PyTorch's MaxPool2d: the
/// windows that fit whole. Options: Stride<Kernel>, Padding<0>.
template <auto Kernel, class... Options>
struct MaxPool2d : detail::Pool2d<Kernel, Options...> {
  static constexpr Value lower(Builder& builder, Value x) {
    return detail::image_fits(builder, x, MaxPool2d::window) ? max_pool(x, MaxPool2d::window) : x;
  }
};

/// The mean of each window, as PyTorch's AvgPool2d: padding counts as zeros. Options: Stride<Kernel>,
/// Padding<0>.
template <auto Kernel, class... Options>
struct AvgPool2d : detail::Pool2d<Kernel, Options...> {
  static constexpr Value lower(Builder& builder, Value x) {
    return detail::image_fits(builder, x, AvgPool2d::window) ? average_pool(x, AvgPool2d::window) : x;
  }
};

template <auto Kernel, class... Options>
inline constexpr MaxPool2d<Kernel, Options...> max_pool2d{};
template <auto Kernel, class... Options>
inline constexpr AvgPool2d<Kernel, Options...> avg_pool2d{};

}  // namespace ctnn
