#include "layer_case.hpp"

using namespace ctnn;
using ctnn::test::check_layer;

TEST_CASE("activations equal PyTorch's", "[layers]") {
  check_layer<ReLU, Shape<3, 5>>("relu");
  check_layer<Tanh, Shape<2, 3, 4>>("tanh");
  check_layer<Sigmoid, Shape<19>>("sigmoid");
}

TEST_CASE("Softmax is over features, or over the channels of an image", "[layers]") {
  check_layer<Softmax, Shape<7>>("softmax");
  check_layer<Softmax, Shape<3, 5>>("softmax_steps");
  check_layer<Softmax, Shape<5, 2, 3>>("softmax_channels");
}
