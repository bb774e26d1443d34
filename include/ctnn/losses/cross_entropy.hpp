#pragma once
#include <ctnn/losses/loss.hpp>
#include <ctnn/ops/gather.hpp>
#include <ctnn/ops/reduction.hpp>

namespace ctnn {

/// -log softmax(prediction)[label], of logits [classes] and a class index: PyTorch's CrossEntropyLoss.
struct CrossEntropy {
  static constexpr ElementType target_type = ElementType::index;
  static constexpr Extents target(const Extents&) { return {}; }

  static constexpr Value lower(Builder& builder, Value prediction, Value label) {
    if (prediction.shape().rank != 2) return builder.misfit(prediction, "[classes]");
    const std::size_t batch = builder.batch();
    return log_sum_exp(prediction, 1) - reshape(gather(prediction, reshape(label, {batch, 1}), 1), {batch});
  }
};

}  // namespace ctnn
