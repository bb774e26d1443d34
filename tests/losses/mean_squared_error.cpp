#include <ctnn/losses/mean_squared_error.hpp>

#include "loss_case.hpp"

TEST_CASE("MeanSquaredError equals PyTorch's", "[losses]") {
  ctnn::test::check_loss<ctnn::MeanSquaredError, ctnn::Shape<3>>("mean_squared_error");
  ctnn::test::check_loss<ctnn::MeanSquaredError, ctnn::Shape<2, 3, 2>>("mean_squared_error_image");
}
