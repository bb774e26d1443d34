#include "engine_case.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

using Residuals =
    Sequential<Conv2d<8, 3, Padding<1>>, ReLU,
               Residual<Sequential<Conv2d<8, 3, Padding<1>>, ReLU, Conv2d<8, 3, Padding<1>>>>,
               Residual<Sequential<Conv2d<12, 3, Stride<2>, Padding<1>>, ReLU, Conv2d<12, 3, Padding<1>>>,
                        Sequential<Conv2d<12, 1, Stride<2>>>>,
               AvgPool2d<4>, Flatten, Linear<5>>;
using Branches =
    Sequential<Concat<Conv2d<3, 1>, Conv2d<4, 3, Padding<1>>, Identity>, AvgPool2d<3, Stride<2>, Padding<1>>,
               Tanh, Sum<Conv2d<4, 1, Bias<false>>, Conv2d<4, 3, Padding<1>>>, Flatten, Linear<7>, Softmax>;

}  // namespace

TEMPLATE_TEST_CASE("an engine of branches computes what its model does", "[model]", float, double) {
  check_engine<Residuals, Shape<3, 8, 8>, TestType>();
  check_engine<Branches, Shape<2, 7, 7>, TestType>();
}
