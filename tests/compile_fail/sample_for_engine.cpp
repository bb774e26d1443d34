// expect: the model takes [3, 32, 32], receives [3, 30, 30]
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::ReLU, ctnn::Flatten, ctnn::Linear<10>>;

int main() {
  ctnn::Model<Classifier, ctnn::Shape<3, 32, 32>> model;
  ctnn::Engine engine{model};
  ctnn::Tensor<float, 3, 30, 30> image{};
  ctnn::Tensor<float, 10> scores = engine(image);
  return scores[0] > 0;
}
