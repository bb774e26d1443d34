#include "networks.hpp"

using namespace ctnn;
using namespace ctnn::test;

TEST_CASE("the tutorial network has PyTorch's loss and gradient", "[model]") {
  const Reference reference("networks");
  Tutorial<float> model;
  fill_parameters(model);
  const auto images = tutorial_images<float>();
  LossGradient<Tutorial<float>, CrossEntropy, 4> gradient;
  const float loss = gradient(model, images.data(), tutorial_labels.data());
  CHECK(relative_error<float>(std::span(&loss, 1), reference("tutorial/loss")) <= 2e-7);
  CHECK(relative_error<float>(gradient.gradients(),
                              expected_gradient<Tutorial<float>>(reference, "tutorial")) <= 1e-5);

  std::vector<std::string> names;
  model.for_each_parameter([&](std::string_view name, auto) { names.emplace_back(name); });
  CHECK(names == reference.keys("tutorial"));
}
