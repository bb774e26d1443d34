// expect: compiles
// standard: c++20 c++26
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

using Images = ctnn::Dataset<float, ctnn::Shape<3, 32, 32>>;
using LeNet = ctnn::Sequential<ctnn::Named<"conv1", ctnn::Conv2d<6, 5, ctnn::Inputs<3>>>, ctnn::ReLU,
                               ctnn::MaxPool2d<2>, ctnn::Residual<ctnn::Conv2d<6, 3, ctnn::Padding<1>>>,
                               ctnn::Flatten, ctnn::Named<"fc", ctnn::Linear<10>>>;
using Net = ctnn::Model<LeNet, ctnn::Shape<3, 32, 32>>;

float train(const Images& images) {
  Net net{ctnn::Seed{42}};
  net.parameter<"conv1.weight">()(0, 0, 0, 0) = 1;
  ctnn::fit<4>(net, images, ctnn::CrossEntropy{}, ctnn::SGD{.learning_rate = 1e-3, .momentum = 0.9});
  const std::array labels{7, 1};
  const ctnn::Tensor<float, 2, 3, 32, 32> pair{};
  const auto [loss, gradient] = ctnn::value_and_gradient<ctnn::CrossEntropy, 2>(net, pair, labels);
  ctnn::Engine engine{net};
  const ctnn::Tensor<float, 3, 32, 32> image{};
  return loss + gradient.parameter<"fc.bias">()(0) + engine(image)[0] + net(image)[0];
}
