// expect: the dataset for training has samples [1, 28, 28], the one for validation [3, 32, 32]
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

using Classifier = ctnn::Sequential<ctnn::Flatten, ctnn::Linear<10>>;

void train(const ctnn::Dataset<float, ctnn::Shape<1, 28, 28>>& data,
           const ctnn::Dataset<float, ctnn::Shape<3, 32, 32>>& other) {
  ctnn::Model<Classifier, ctnn::Shape<1, 28, 28>> model;
  ctnn::fit<4>(model, data, ctnn::CrossEntropy{}, ctnn::SGD{.learning_rate = 0.1}, {.validation = &other});
}
