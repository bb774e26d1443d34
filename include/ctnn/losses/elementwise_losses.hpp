#pragma once
#include <ctnn/losses/elementwise_loss.hpp>

namespace ctnn {

namespace detail::loss {

inline constexpr Variable<"prediction"> prediction;
inline constexpr Variable<"target"> target;
inline constexpr auto error = prediction - target;
inline constexpr auto distance = abs(error);
template <double Delta>
inline constexpr auto huber = select(distance < Delta, 0.5 * square(error), Delta*(distance - 0.5 * Delta));

}  // namespace detail::loss

// Means over a sample's elements, as formulas, with PyTorch's defaults.

/// (prediction - target)²: PyTorch's MSELoss.
struct MeanSquaredError : ElementwiseLoss<square(detail::loss::error)> {};
/// |prediction - target|: PyTorch's L1Loss.
struct MeanAbsoluteError : ElementwiseLoss<detail::loss::distance> {};
/// Half the square of the error where it is less than Delta, and Delta (|error| - Delta / 2) elsewhere:
/// PyTorch's HuberLoss. (Huber, Annals of Mathematical Statistics 35, 1964.)
template <double Delta = 1.0>
struct HuberLoss : ElementwiseLoss<detail::loss::huber<Delta>> {};
/// -t log σ(x) - (1 - t) log σ(-x), of logits x and probabilities t in [0, 1], in the form that does not
/// overflow: max(x, 0) - x t + log(1 + e^-|x|). PyTorch's BCEWithLogitsLoss.
struct BinaryCrossEntropyWithLogits
    : ElementwiseLoss<softplus(detail::loss::prediction) - detail::loss::prediction * detail::loss::target> {
};

}  // namespace ctnn
