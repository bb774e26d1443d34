#include "networks.hpp"

using namespace ctnn;
using namespace ctnn::test;

TEMPLATE_TEST_CASE("a short batch has PyTorch's mean over its samples, whatever pads it", "[model]", float,
                   double) {
  using Net =
      Model<Sequential<Conv2d<3, 3>, ReLU, MaxPool2d<2>, Flatten, Linear<5>>, Shape<2, 6, 6>, TestType>;
  const double bound = std::is_same_v<TestType, float> ? 1e-6 : 1e-14;
  const Reference reference("networks");
  Net model;
  fill_parameters(model);
  LossGradient<Net, CrossEntropy, 4> gradient;
  for (const TestType garbage : {TestType(0), TestType(-1e4), TestType(1e4)}) {
    INFO("padded with " << garbage);
    auto images = float_numbers<TestType>(3 * 2 * 6 * 6, 100, 2.0);
    images.resize(4 * 2 * 6 * 6, garbage);
    for (std::size_t i = 3 * 2 * 6 * 6; i < images.size(); i += 2) images[i] *= TestType(0.5);
    const std::int32_t labels[]{1, 4, 0, 3};
    const TestType loss = gradient(model, images.data(), labels, 3);
    CHECK(relative_error<TestType>(std::span(&loss, 1), reference("short_batch/loss")) <= bound);
    CHECK(relative_error<TestType>(gradient.gradients(), expected_gradient<Net>(reference, "short_batch")) <=
          bound);
  }
}
