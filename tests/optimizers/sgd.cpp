#include <ctnn/optimizers/sgd.hpp>

#include "trajectory.hpp"

using ctnn::SGD;
using ctnn::test::check_trajectory;

TEST_CASE("SGD takes PyTorch's steps", "[optimizers]") {
  check_trajectory("sgd", SGD{.learning_rate = 0.1});
  check_trajectory("sgd_momentum", SGD{.learning_rate = 0.1, .momentum = 0.9});
  check_trajectory("sgd_nesterov", SGD{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true});
  check_trajectory("sgd_weight_decay", SGD{.learning_rate = 0.1, .weight_decay = 0.1});
  check_trajectory("sgd_nesterov_weight_decay",
                   SGD{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.1, .nesterov = true});
}
