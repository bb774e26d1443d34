// expect: CrossEntropy expects [classes], receives [10, 4, 4]
#include <ctnn.hpp>
#include <ctnn/train.hpp>

int main() {
  ctnn::Model<ctnn::Conv2d<10, 1>, ctnn::Shape<3, 4, 4>> model;
  const ctnn::Tensor<float, 1, 3, 4, 4> images{};
  const std::array labels{7};
  ctnn::value_and_gradient<ctnn::CrossEntropy, 1>(model, images, labels);
}
