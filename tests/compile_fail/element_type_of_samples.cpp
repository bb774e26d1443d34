// expect: the gradient takes samples of float, receives double
#include <ctnn.hpp>
#include <ctnn/train.hpp>

int main() {
  ctnn::Model<ctnn::Linear<10>, ctnn::Shape<2>> model;
  const ctnn::Tensor<double, 1, 2> sample{};
  const std::array labels{7};
  ctnn::value_and_gradient<ctnn::CrossEntropy, 1>(model, sample, labels);
}
