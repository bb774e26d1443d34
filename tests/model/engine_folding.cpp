#include <ctnn/models.hpp>

#include "engine_case.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

using Normalized = Sequential<Conv2d<8, 3>, BatchNorm2d<>, ReLU, Conv2d<6, 3, Groups<2>, Bias<false>>,
                              BatchNorm2d<Affine<false>>, BatchNorm2d<>, Tanh, Flatten, Linear<7>,
                              BatchNorm1d<>, ReLU, Linear<3, Bias<false>>, BatchNorm1d<>>;
using BasicBlocks = Sequential<BasicBlock<4>, BasicBlock<6, 2>, AdaptiveAvgPool2d<1>>;
/// What the normalisation reads is read around it too; what it gives is pooled.
using Shared = Sequential<Conv2d<4, 3>, Residual<BatchNorm2d<>>, MaxPool2d<2>, BatchNorm2d<>>;

/// How many nodes of a primitive an engine computes in each call.
template <class L, class S>
constexpr std::size_t count_of(const Primitive& primitive) {
  std::size_t count = 0;
  for (const Node& node : detail::InferenceGraph<Model<L, S>>::graph.nodes)
    count += node.primitive == &primitive;
  return count;
}
static_assert(count_of<Normalized, Shape<3, 7, 7>>(primitive::multiply) == 0);
static_assert(count_of<Normalized, Shape<3, 7, 7>>(primitive::add) == 4);
static_assert(count_of<Normalized, Shape<3, 7, 7>>(primitive::packed_convolution) == 2);
static_assert(count_of<BasicBlocks, Shape<3, 6, 6>>(primitive::multiply) == 0);
static_assert(count_of<Shared, Shape<2, 6, 6>>(primitive::multiply) == 2);
static_assert(count_of<Shared, Shape<2, 6, 6>>(primitive::packed_convolution) == 1);

}  // namespace

TEMPLATE_TEST_CASE("an engine folds normalisations into what they follow", "[model]", float, double) {
  check_engine<Normalized, Shape<3, 7, 7>, TestType>();
  check_engine<BasicBlocks, Shape<3, 6, 6>, TestType>();
  check_engine<Shared, Shape<2, 6, 6>, TestType>();
}
