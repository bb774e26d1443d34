#pragma once
#include <ctnn/graph/builder.hpp>
#include <ctnn/layers/batch_mean.hpp>
#include <ctnn/layers/options.hpp>
#include <ctnn/ops/reduction.hpp>

namespace ctnn {

namespace detail {

/// What both batch normalisations share: x is [batch, channels, …], and every channel has its own statistics.
template <class... Options>
struct BatchNorm {
  using options = boost::mp11::mp_list<option::epsilon, option::momentum, option::affine, option::inputs>;
  static constexpr double epsilon = option_value<option::epsilon, Epsilon<1e-5>, Options...>;
  static constexpr double momentum = option_value<option::momentum, Momentum<0.1>, Options...>;
  static constexpr bool affine = option_value<option::affine, Affine<true>, Options...>;
  static constexpr std::size_t inputs = option_value<option::inputs, Inputs<0>, Options...>;

  static constexpr Value normalize(Builder& builder, Value x) {
    const std::size_t channels = x.shape()[1];
    Extents column{channels};
    while (column.rank + 1 < x.shape().rank) column.push_back(1);
    const auto by_channel = [&](Value statistic) { return reshape(statistic, column); };

    const Value weight = affine ? builder.parameter("weight", {channels}, ones, {}) : Value{};
    const Value bias = affine ? builder.parameter("bias", {channels}, zeros, {}) : Value{};
    const Value running_mean = builder.state("running_mean", {channels}, zeros);
    const Value running_variance = builder.state("running_var", {channels}, ones);
    builder.counter("num_batches_tracked");
    const auto scale_for = [&](Value variance) {
      const Value inverse = rsqrt(variance + epsilon);
      return affine ? weight * inverse : inverse;
    };
    const auto shift_for = [&](Value scaled_mean) { return affine ? bias - scaled_mean : -scaled_mean; };
    if (builder.mode() == Mode::evaluate) {
      const Value scale = scale_for(running_variance);
      return x * by_channel(scale) + by_channel(shift_for(running_mean * scale));
    }

    const std::size_t batch = builder.batch(), pixels = x.shape().elements() / (batch * channels);
    if (batch * pixels == 1)
      return builder.fail(x,
                          "needs more than one value per channel in training: train on larger mini-batches");
    const Value samples =
        builder.chunk_weights() ? builder.total_weight() : constant(builder, static_cast<double>(batch), {});
    const Value count = static_cast<double>(pixels) * samples;
    const auto average = [&](Value y) {
      return x.shape().rank > 2 ? batch_mean(builder, sum(y, 2, x.shape().rank)) / static_cast<double>(pixels)
                                : batch_mean(builder, y);
    };
    // The moments are taken about the mean as a constant. That is exact about any constant, and keeps the
    // mean's own derivative, of which only `offset` knows, out of all passes over x.
    const Value mean = average(x), center = stop_gradient(mean), offset = mean - center;
    const Value centered = x - by_channel(center);
    const Value variance = average(centered * centered) - offset * offset;

    // A single value has no unbiased variance, and is left out.
    const Value others = count - 1.0, enough = minimum(others, constant_like(others, 1));
    const Value unbiased = variance * (count / maximum(others, constant_like(others, 1)));
    builder.update(running_mean, running_mean + momentum * (mean - running_mean));
    builder.update(running_variance, running_variance + momentum * enough * (unbiased - running_variance));
    const Value scale = scale_for(variance);
    return centered * by_channel(scale) + by_channel(shift_for(offset * scale));
  }
};

}  // namespace detail

/// Normalises each channel of an image [channels, height, width] to mean 0 and variance 1, then scales it by
/// a weight and adds a bias, as PyTorch's BatchNorm2d: by the statistics of the mini-batch in training, and
/// by running statistics, which training moves to them, in evaluation. Parameters weight and bias, states
/// running_mean and running_var [channels], counter num_batches_tracked. Options: Epsilon<1e-5>,
/// Momentum<0.1>, Affine<true>, Inputs<channels>. (Ioffe and Szegedy, ICML 2015.)
template <class... Options>
struct BatchNorm2d : detail::BatchNorm<Options...> {
  static constexpr Value lower(Builder& builder, Value x) {
    if (!detail::options_fit(builder, typename BatchNorm2d::options{}, boost::mp11::mp_list<Options...>{}))
      return x;
    const Extents sample = Builder::sample_shape(x);
    if (sample.rank != 3) return builder.misfit(x, "an image [channels, height, width]");
    if (BatchNorm2d::inputs != 0 && sample[0] != BatchNorm2d::inputs)
      return builder.misfit(x, join("[", BatchNorm2d::inputs, ", height, width]"));
    return BatchNorm2d::normalize(builder, x);
  }
};

/// The same for [features], or for the channels of [channels, steps], as PyTorch's BatchNorm1d.
template <class... Options>
struct BatchNorm1d : detail::BatchNorm<Options...> {
  static constexpr Value lower(Builder& builder, Value x) {
    if (!detail::options_fit(builder, typename BatchNorm1d::options{}, boost::mp11::mp_list<Options...>{}))
      return x;
    const Extents sample = Builder::sample_shape(x);
    if (sample.rank != 1 && sample.rank != 2)
      return builder.misfit(x, "[features] or [channels, steps]",
                            sample.rank == 3 ? "BatchNorm2d is for images" : "");
    if (BatchNorm1d::inputs != 0 && sample[0] != BatchNorm1d::inputs)
      return builder.misfit(
          x, join(sample.rank == 1 ? "[" : "[", BatchNorm1d::inputs, sample.rank == 1 ? "]" : ", steps]"));
    return BatchNorm1d::normalize(builder, x);
  }
};

inline constexpr BatchNorm2d<> batch_norm2d{};
inline constexpr BatchNorm1d<> batch_norm1d{};

}  // namespace ctnn
