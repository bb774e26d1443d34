// Checks generated gradients against differences of what they are the gradients of.
#include <ctnn.hpp>
#include <ctnn/train.hpp>
#include <iostream>

using Layers = ctnn::Sequential<ctnn::Conv2d<3, 3, ctnn::Padding<1>>, ctnn::Tanh, ctnn::AvgPool2d<2>,
                                ctnn::Flatten, ctnn::Linear<5>>;
// In double: the differences of a float's loss would be noise.
using Net = ctnn::Model<Layers, ctnn::Shape<2, 6, 6>, double>;

int main() {
  Net net{ctnn::Seed{1}};
  ctnn::Tensor<double, 2, 2, 6, 6> images{};
  ctnn::Random random(ctnn::Seed{2});
  for (double& pixel : images) pixel = random.normal<double>();
  const std::array<std::int32_t, 2> labels{4, 1};

  const auto [loss, gradient] = ctnn::value_and_gradient<ctnn::CrossEntropy, 2>(net, images, labels);
  const auto check = ctnn::gradcheck<ctnn::CrossEntropy, 2>(net, images, labels);
  std::cout << "loss " << loss << ", its gradient by 4.bias " << gradient.parameter<"4.bias">()[0] << ": "
            << check.checked << " derivatives checked; worst is that by " << check.variable << '['
            << check.element << "], " << check.analytic << " and by differences " << check.numerical << '\n';

  // A layer or a loss by itself, at random numbers; and the derivatives of its derivatives.
  const bool layer = bool(ctnn::gradcheck<ctnn::Linear<3>, ctnn::Shape<4>>()) &&
                     bool(ctnn::gradgradcheck<ctnn::CrossEntropy, ctnn::Shape<4>>());
  return check && layer ? 0 : 1;
}
