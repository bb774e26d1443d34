#include "layer_case.hpp"

using namespace ctnn;
using ctnn::test::check_layer;

TEST_CASE("Linear equals PyTorch's", "[layers]") {
  check_layer<Linear<3>, Shape<5>>("linear");
  check_layer<Linear<3>, Shape<4, 5>>("linear_steps");
  check_layer<Linear<17, Bias<false>>, Shape<19>>("linear_without_bias");
}

TEST_CASE("Flatten orders features as PyTorch's", "[layers]") {
  check_layer<Sequential<Flatten, Linear<3>>, Shape<2, 3, 2>>("flatten");
}
