// expect: a mini-batch has at least one sample
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

void train(const ctnn::Dataset<float, ctnn::Shape<4>>& data) {
  ctnn::Model<ctnn::Linear<10>, ctnn::Shape<4>> model;
  ctnn::fit<0>(model, data, ctnn::CrossEntropy{}, ctnn::SGD{.learning_rate = 0.1});
}
