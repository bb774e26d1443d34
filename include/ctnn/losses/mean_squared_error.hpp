#pragma once
#include <ctnn/losses/loss.hpp>
#include <ctnn/ops/reduction.hpp>

namespace ctnn {

/// The mean of (prediction - target)² over a sample's elements: PyTorch's MSELoss.
struct MeanSquaredError {
  static constexpr ElementType target_type = ElementType::real;
  static constexpr Extents target(const Extents& prediction) { return prediction; }

  static constexpr Value lower(Builder&, Value prediction, Value target) {
    const Value difference = prediction - target;
    return detail::sample_mean(difference * difference);
  }
};

}  // namespace ctnn
