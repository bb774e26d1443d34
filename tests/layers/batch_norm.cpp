#include <ctnn/train/gradcheck.hpp>

#include "layer_case.hpp"

using namespace ctnn;
using ctnn::test::check_layer;

TEST_CASE("BatchNorm2d equals PyTorch's", "[layers]") {
  check_layer<BatchNorm2d<>, Shape<3, 5, 4>>("batch_norm");
  check_layer<BatchNorm2d<Affine<false>, Momentum<0.3>, Epsilon<0.01>>, Shape<2, 7, 9>>("batch_norm_options");
  check_layer<BatchNorm2d<>, Shape<3, 5, 4>, Mode::evaluate>("batch_norm_evaluated");
}

TEST_CASE("BatchNorm1d equals PyTorch's", "[layers]") {
  // Of two samples without an epsilon, the derivative is all but zero: what is left are roundings.
  check_layer<BatchNorm1d<Epsilon<0.5>>, Shape<19>>("batch_norm_features");
  check_layer<BatchNorm1d<>, Shape<3, 9>>("batch_norm_steps");
  check_layer<BatchNorm1d<>, Shape<19>, Mode::evaluate>("batch_norm_features_evaluated");
  check_layer<BatchNorm1d<Epsilon<0.1>>, Shape<3, 9>, Mode::evaluate>("batch_norm_steps_evaluated");
}

TEST_CASE("batch normalisation has first and second derivatives", "[layers]") {
  CHECK(gradcheck<BatchNorm2d<>, Shape<2, 3, 2>>());
  CHECK(gradgradcheck<BatchNorm2d<>, Shape<2, 3, 2>>());
  CHECK(gradcheck<BatchNorm1d<>, Shape<3>>());
  CHECK(gradgradcheck<BatchNorm1d<>, Shape<3>>());
}
