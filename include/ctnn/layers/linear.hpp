#pragma once
#include <ctnn/graph/builder.hpp>
#include <ctnn/initializers/pytorch.hpp>
#include <ctnn/layers/options.hpp>
#include <ctnn/ops/matrix_product.hpp>

namespace ctnn {

/// y = W x + b over the last axis: [features] to [Outputs], or [steps, features] to [steps, Outputs].
/// Parameters weight [Outputs, features] and bias [Outputs]. Options: Bias<true>, Inputs<n>,
/// Initialize<pytorch_uniform>.
template <std::size_t Outputs, class... Options>
struct Linear {
  using options = boost::mp11::mp_list<option::bias, option::inputs, option::initialize>;

  static constexpr Value lower(Builder& builder, Value x) {
    if (!detail::options_fit(builder, options{}, boost::mp11::mp_list<Options...>{})) return x;
    if (Outputs == 0) return builder.fail(x, "needs at least one output");
    constexpr std::size_t inputs = detail::option_value<option::inputs, Inputs<0>, Options...>;
    const Extents sample = Builder::sample_shape(x);
    if (sample.rank != 1 && sample.rank != 2)
      return builder.misfit(x, "[features]", sample.rank > 2 ? "put Flatten before it" : "");
    const std::size_t features = sample.back();
    if (inputs != 0 && features != inputs)
      return builder.misfit(x, join(sample.rank == 1 ? "[" : "[steps, ", inputs, "]"));

    constexpr Initializer initializer =
        detail::option_value<option::initialize, Initialize<pytorch_uniform>, Options...>;
    const Fans fans{static_cast<double>(features), static_cast<double>(Outputs)};
    const Value weight = builder.parameter("weight", {Outputs, features}, initializer, fans);
    Value y = matrix_product(reshape(x, {x.shape().elements() / features, features}), weight, false, true);
    if constexpr (detail::option_value<option::bias, Bias<true>, Options...>)
      y = y + builder.parameter("bias", {Outputs}, pytorch_uniform, fans);
    Extents shape = x.shape();
    shape[shape.rank - 1] = Outputs;
    return reshape(y, shape);
  }
};

template <std::size_t Outputs, class... Options>
inline constexpr Linear<Outputs, Options...> linear{};

}  // namespace ctnn
