// expect: the gradient takes 4 samples [3, 8], 96 numbers in all, receives 72
#include <ctnn.hpp>
#include <ctnn/train.hpp>

using Classifier = ctnn::Sequential<ctnn::Flatten, ctnn::Linear<10>>;

int main() {
  ctnn::Model<Classifier, ctnn::Shape<3, 8>> model;
  const ctnn::Tensor<float, 3, 3, 8> samples{};
  const std::array labels{7, 1, 0, 4};
  ctnn::value_and_gradient<ctnn::CrossEntropy, 4>(model, samples, labels);
}
