#include <ctnn/losses/cross_entropy.hpp>

#include "loss_case.hpp"

TEST_CASE("CrossEntropy equals PyTorch's, also where exponentials would overflow", "[losses]") {
  ctnn::test::check_loss<ctnn::CrossEntropy, ctnn::Shape<5>>("cross_entropy");
  ctnn::test::check_loss<ctnn::CrossEntropy, ctnn::Shape<5>>("cross_entropy_large");
}
