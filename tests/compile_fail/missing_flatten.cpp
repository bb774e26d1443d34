// expect: layer 3 (Linear<10>) expects [features], receives [16, 14, 14]: put Flatten before it
// standard: c++20 c++26
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::Conv2d<16, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Linear<10>>;

int main() {
  ctnn::Model<Classifier, ctnn::Shape<3, 32, 32>> model;
  ctnn::Tensor<float, 3, 32, 32> image{};
  ctnn::Engine engine{model};
  return engine(image)[0] > model(image)[0];
}
