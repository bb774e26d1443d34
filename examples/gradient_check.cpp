// Checks the generated gradient of a network against differences of its loss.
#include <algorithm>
#include <cmath>
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

  ctnn::LossGradient<Net, ctnn::CrossEntropy, 2> loss_of;
  double largest = 0;
  for (std::size_t i = 0; i < net.parameters().size(); ++i) {
    double& parameter = net.parameters()[i];
    const double kept = parameter, step = 1e-5;
    parameter = kept + step;
    const double ahead = loss_of(net, images.data(), labels.data());
    parameter = kept - step;
    const double behind = loss_of(net, images.data(), labels.data());
    parameter = kept;
    largest = std::max(largest, std::abs((ahead - behind) / (2 * step) - gradient.elements()[i]));
  }
  std::cout << "loss " << loss << ", largest difference " << largest << '\n';
  return largest < 1e-8 ? 0 : 1;
}
