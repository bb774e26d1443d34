// expect: MeanSquaredError takes numbers, the targets of the dataset are class labels
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

using Classifier = ctnn::Sequential<ctnn::Flatten, ctnn::Linear<10>>;

void train(const ctnn::Dataset<float, ctnn::Shape<1, 28, 28>>& data) {
  ctnn::Model<Classifier, ctnn::Shape<1, 28, 28>> model;
  ctnn::fit<4>(model, data, ctnn::MeanSquaredError{}, ctnn::SGD{.learning_rate = 0.1});
}
