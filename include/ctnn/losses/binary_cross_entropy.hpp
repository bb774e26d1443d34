#pragma once
#include <ctnn/losses/loss.hpp>
#include <ctnn/ops/reduction.hpp>

namespace ctnn {

/// The mean over a sample's elements of -t log σ(x) - (1 - t) log σ(-x), of logits x and probabilities t in
/// [0, 1], in the form that does not overflow: max(x, 0) - x t + log(1 + e^-|x|). PyTorch's
/// BCEWithLogitsLoss.
struct BinaryCrossEntropyWithLogits {
  static constexpr ElementType target_type = ElementType::real;
  static constexpr Extents target(const Extents& prediction) { return prediction; }

  static constexpr Value lower(Builder&, Value logits, Value target) {
    return detail::sample_mean(softplus(logits) - logits * target);
  }
};

}  // namespace ctnn
