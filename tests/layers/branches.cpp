#include "layer_case.hpp"

using namespace ctnn;
using ctnn::test::check_layer;

TEST_CASE("Residual equals PyTorch's modules", "[layers]") {
  check_layer<Residual<Sequential<Linear<6>, Tanh, Linear<5>>>, Shape<5>>("residual");
  using Branch = Sequential<Conv2d<4, 3, Stride<2>, Padding<1>>, Tanh, Conv2d<4, 3, Padding<1>>>;
  check_layer<Residual<Branch, Sequential<Conv2d<4, 1, Stride<2>>>>, Shape<3, 6, 6>>("residual_shortcut");
}

TEST_CASE("Concat equals PyTorch's modules", "[layers]") {
  check_layer<Concat<Conv2d<2, 1>, Identity, Conv2d<4, 3, Padding<1>>>, Shape<3, 4, 5>>("concat");
  check_layer<Concat<Linear<2>, Linear<3>>, Shape<4>>("concat_features");
}

TEST_CASE("Sum equals PyTorch's modules", "[layers]") {
  check_layer<Sum<Linear<5>, Sequential<Linear<3>, Tanh, Linear<5>>>, Shape<4>>("sum");
}

TEST_CASE("Repeat equals PyTorch's modules", "[layers]") {
  check_layer<Repeat<3, Sequential<Linear<5>, Tanh>>, Shape<5>>("repeat");
}
