// expect: the gradient takes 4 targets for 4 samples, receives 3
#include <ctnn.hpp>
#include <ctnn/train.hpp>

int main() {
  ctnn::Model<ctnn::Linear<10>, ctnn::Shape<2>> model;
  const ctnn::Tensor<float, 4, 2> samples{};
  const std::array labels{7, 1, 0};
  ctnn::value_and_gradient<ctnn::CrossEntropy, 4>(model, samples, labels);
}
