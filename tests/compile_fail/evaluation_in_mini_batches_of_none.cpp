// expect: a mini-batch has at least one sample
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

double loss(const ctnn::Dataset<float, ctnn::Shape<4>>& data) {
  ctnn::Model<ctnn::Linear<3>, ctnn::Shape<4>> model;
  return ctnn::evaluate<0>(model, data, ctnn::CrossEntropy{}).loss;
}
