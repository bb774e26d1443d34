#include <ctnn/losses/binary_cross_entropy.hpp>

#include "loss_case.hpp"

TEST_CASE("BinaryCrossEntropyWithLogits equals PyTorch's, also for logits of ±100", "[losses]") {
  ctnn::test::check_loss<ctnn::BinaryCrossEntropyWithLogits, ctnn::Shape<3>>("binary_cross_entropy");
  ctnn::test::check_loss<ctnn::BinaryCrossEntropyWithLogits, ctnn::Shape<2>>("binary_cross_entropy_large");
}
