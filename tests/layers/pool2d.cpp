#include "layer_case.hpp"

using namespace ctnn;
using ctnn::test::check_layer;

TEST_CASE("MaxPool2d equals PyTorch's", "[layers]") {
  check_layer<MaxPool2d<2>, Shape<2, 7, 6>>("max_pool");
  check_layer<MaxPool2d<3, Stride<2>>, Shape<2, 7, 9>>("max_pool_overlapping");
  check_layer<MaxPool2d<3, Stride<2>, Padding<1>>, Shape<5, 7, 6>>("max_pool_padding");
  check_layer<MaxPool2d<Pair{2, 3}, Stride<1, 2>, Padding<1, 1>>, Shape<2, 5, 6>>("max_pool_rectangular");
}

TEST_CASE("AvgPool2d equals PyTorch's", "[layers]") {
  check_layer<AvgPool2d<2>, Shape<2, 7, 6>>("avg_pool");
  check_layer<AvgPool2d<3, Stride<2>, Padding<1>>, Shape<2, 7, 6>>("avg_pool_padding");
  check_layer<AvgPool2d<Pair{2, 3}, Stride<1, 2>, Padding<1, 0>>, Shape<2, 5, 7>>("avg_pool_rectangular");
}

TEST_CASE("AdaptiveAvgPool2d equals PyTorch's", "[layers]") {
  check_layer<AdaptiveAvgPool2d<1>, Shape<3, 5, 7>>("adaptive_avg_pool");
  check_layer<AdaptiveAvgPool2d<Pair{2, 3}>, Shape<3, 4, 9>>("adaptive_avg_pool_rectangular");
}
