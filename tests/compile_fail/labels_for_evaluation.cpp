// expect: MeanSquaredError takes numbers, the targets of the dataset are class labels
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

using Classifier = ctnn::Sequential<ctnn::Flatten, ctnn::Linear<10>>;

double loss_of(const ctnn::Model<Classifier, ctnn::Shape<28, 28>>& model,
               const ctnn::Dataset<float, ctnn::Shape<28, 28>>& data) {
  return ctnn::evaluate<16>(model, data, ctnn::MeanSquaredError{}).loss;
}
