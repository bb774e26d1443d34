#pragma once
#include <ctnn/graph/builder.hpp>
#include <ctnn/ops/reduction.hpp>

namespace ctnn {

/// Elementwise activations of any shape. Their objects are layers in expressions, and functions of values in
/// layers and of formulas: the calls below find those, as the objects are not declared yet.
struct ReLU {
  static constexpr Value lower(Builder&, Value x) { return ops::relu(x); }
  constexpr auto operator()(const auto& x) const { return relu(x); }
};
struct Tanh {
  static constexpr Value lower(Builder&, Value x) { return ops::tanh(x); }
  constexpr auto operator()(const auto& x) const { return tanh(x); }
};
struct Sigmoid {
  static constexpr Value lower(Builder&, Value x) { return ops::sigmoid(x); }
  constexpr auto operator()(const auto& x) const { return sigmoid(x); }
};

/// Probabilities over the last axis of [features] or [steps, features]; over the channels of an image.
struct Softmax {
  static constexpr Value lower(Builder& builder, Value x) {
    const Extents sample = Builder::sample_shape(x);
    if (sample.rank == 0) return builder.misfit(x, "[features]");
    return ops::softmax(x, sample.rank == 3 ? 1 : sample.rank);
  }
  constexpr Value operator()(Value x, std::size_t axis) const { return ops::softmax(x, axis); }
};

inline constexpr ReLU relu{};
inline constexpr Tanh tanh{};
inline constexpr Sigmoid sigmoid{};
inline constexpr Softmax softmax{};

}  // namespace ctnn
