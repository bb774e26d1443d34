#include <ctnn/losses/elementwise_losses.hpp>

#include "loss_case.hpp"

using namespace ctnn;
using ctnn::test::check_loss;

TEST_CASE("losses that are formulas equal PyTorch's", "[losses]") {
  check_loss<MeanSquaredError, Shape<3>>("mean_squared_error");
  check_loss<MeanSquaredError, Shape<2, 3, 2>>("mean_squared_error_image");
  check_loss<MeanAbsoluteError, Shape<3>>("mean_absolute_error");
  check_loss<HuberLoss<>, Shape<3>>("huber");
  check_loss<HuberLoss<0.5>, Shape<3>>("huber_half");
}

TEST_CASE("BinaryCrossEntropyWithLogits equals PyTorch's, also for logits of ±100", "[losses]") {
  check_loss<BinaryCrossEntropyWithLogits, Shape<3>>("binary_cross_entropy");
  check_loss<BinaryCrossEntropyWithLogits, Shape<2>>("binary_cross_entropy_large");
}

namespace {
constexpr Variable<"target"> target;
constexpr Variable<"prediction"> prediction;
}  // namespace

TEST_CASE("a loss of one's own is a formula of prediction and target, in any order", "[losses]") {
  check_loss<ElementwiseLoss<square(target - prediction)>, Shape<3>>("mean_squared_error");
}
