#include <ctnn/optimizers/adam.hpp>

#include "trajectory.hpp"

using ctnn::Adam;
using ctnn::test::check_trajectory;

TEST_CASE("Adam takes PyTorch's steps", "[optimizers]") {
  check_trajectory("adam", Adam{.learning_rate = 0.01});
  check_trajectory(
      "adam_weight_decay",
      Adam{.learning_rate = 0.01, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-6, .weight_decay = 0.1});
}
