#include "layer_case.hpp"

using namespace ctnn;
using ctnn::test::check_layer;

TEST_CASE("Conv2d equals PyTorch's", "[layers]") {
  check_layer<Conv2d<4, 3>, Shape<3, 7, 6>>("conv");
  check_layer<Conv2d<4, 3, Stride<2>, Padding<1>>, Shape<3, 7, 8>>("conv_stride_padding");
  check_layer<Conv2d<3, 3, Dilation<2>, Padding<2>>, Shape<2, 9, 8>>("conv_dilation");
  check_layer<Conv2d<3, 1, Bias<false>>, Shape<5, 4, 3>>("conv_pointwise_without_bias");
  check_layer<Conv2d<3, Pair{3, 2}, Stride<2, 1>, Padding<1, 0>, Dilation<1, 2>>, Shape<2, 8, 7>>(
      "conv_rectangular");
}

TEST_CASE("Conv2d of groups equals PyTorch's", "[layers]") {
  check_layer<Conv2d<6, 3, Groups<2>, Padding<1>>, Shape<4, 5, 6>>("conv_groups");
  check_layer<Conv2d<4, 3, Groups<4>>, Shape<4, 6, 5>>("conv_depthwise");
}
