#pragma once
#include <ctnn/graph/builder.hpp>
#include <ctnn/ops/reduction.hpp>

namespace ctnn {

/// A loss says how far each sample's prediction is from its target: it gives one number per sample, [batch];
/// training takes their mean. It says nothing of derivatives.
///   target(prediction)  the shape of one sample's target, for one sample's prediction
///   target_type         real, or index for class labels
template <class L>
concept Loss = requires(Builder& builder, Value value, Extents shape) {
  { L::lower(builder, value, value) } -> std::same_as<Value>;
  { L::target(shape) } -> std::same_as<Extents>;
  { L::target_type } -> std::convertible_to<ElementType>;
};

namespace detail {
/// The mean over all elements of each sample.
constexpr Value sample_mean(Value elements) {
  return elements.shape().rank == 1 ? elements : mean(elements, 1, elements.shape().rank);
}
}  // namespace detail

}  // namespace ctnn
