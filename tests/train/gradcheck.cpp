#include <array>
#include <catch2/catch.hpp>
#include <ctnn/initializers.hpp>
#include <ctnn/layers.hpp>
#include <ctnn/losses.hpp>
#include <ctnn/train/gradcheck.hpp>

using ctnn::Shape, ctnn::GradcheckResult, ctnn::Value, ctnn::Builder, ctnn::Extents, ctnn::ElementType;

namespace {

using Layers = ctnn::Sequential<ctnn::Conv2d<2, 3, ctnn::Padding<1>>, ctnn::Tanh, ctnn::AvgPool2d<2>,
                                ctnn::Flatten, ctnn::Linear<3>>;
using Net = ctnn::Model<Layers, Shape<1, 4, 4>, double>;

/// A layer whose adjoint is wrong: what stop_gradient hides is not constant.
struct Forgetful {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value scale = builder.parameter("scale", Builder::sample_shape(x), ctnn::he_uniform, {1, 1});
    return stop_gradient(x * x) * x + x * scale;
  }
};
struct ForgetfulLoss {
  static constexpr ElementType target_type = ElementType::real;
  static constexpr Extents target(const Extents& prediction) { return prediction; }
  static constexpr Value lower(Builder&, Value prediction, Value target) {
    return mean(prediction * stop_gradient(prediction) - target, 1, 2);
  }
};

}  // namespace

TEST_CASE("gradcheck and gradgradcheck agree with right layers and losses", "[train]") {
  CHECK(ctnn::gradcheck<ctnn::Linear<3>, Shape<4>>());
  CHECK(ctnn::gradgradcheck<ctnn::Linear<3>, Shape<4>>());
  CHECK(ctnn::gradcheck<Layers, Shape<1, 4, 4>>().checked == Net::parameter_count + 2 * 16);
  CHECK(ctnn::gradcheck<ctnn::Softmax, Shape<5>>({.seed = ctnn::Seed{3}}));
  CHECK(ctnn::gradgradcheck<ctnn::Softmax, Shape<5>>());
  CHECK(ctnn::gradcheck<ctnn::CrossEntropy, Shape<4>>());
  CHECK(ctnn::gradgradcheck<ctnn::CrossEntropy, Shape<4>>());
  CHECK(ctnn::gradcheck<ctnn::HuberLoss<>, Shape<2, 3>>());
}

TEST_CASE("gradcheck finds a wrong derivative, and says where", "[train]") {
  const GradcheckResult layer = ctnn::gradcheck<Forgetful, Shape<3>>();
  CHECK(!layer);
  CHECK(layer.variable == "input");
  CHECK(layer.checked == 9);
  CHECK(std::abs(layer.analytic - layer.numerical) > 0.01);
  CHECK(!ctnn::gradcheck<ForgetfulLoss, Shape<3>>());
  CHECK(!ctnn::gradgradcheck<ForgetfulLoss, Shape<3>>());
}

TEST_CASE("gradcheck of a model's loss leaves the model as it is", "[train]") {
  const Net net{ctnn::Seed{1}};
  std::array<double, 32> images{};
  ctnn::Random random(ctnn::Seed{2});
  for (double& pixel : images) pixel = random.normal<double>();
  const std::array<std::int32_t, 2> labels{2, 0};
  const std::vector<double> before(net.parameters().begin(), net.parameters().end());
  const GradcheckResult first = ctnn::gradcheck<ctnn::CrossEntropy, 2>(net, images, labels);
  CHECK(first);
  CHECK(first.checked == Net::parameter_count + 32);
  CHECK(std::ranges::equal(before, net.parameters()));

  const GradcheckResult second =
      ctnn::gradgradcheck<ctnn::CrossEntropy, 2>(net, images, labels, {.num_checks = 10});
  CHECK(second);
  CHECK(second.checked == 10);

  CHECK_THROWS_WITH((ctnn::gradcheck<ctnn::CrossEntropy, 2>(net, std::vector<double>(31), labels)),
                    "the gradient takes 32 numbers and 2 targets, it was given 31 and 2");
  CHECK_THROWS_WITH((ctnn::gradcheck<ctnn::CrossEntropy, 2>(net, images, std::array<std::int32_t, 2>{3, 0})),
                    "sample 0 has label 3, the model has classes 0 to 2");
}
