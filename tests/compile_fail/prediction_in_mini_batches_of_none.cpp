// expect: a mini-batch has at least one sample
#include <ctnn.hpp>
#include <ctnn/train.hpp>

std::vector<float> scores(const std::vector<float>& samples) {
  ctnn::Model<ctnn::Linear<3>, ctnn::Shape<4>> model;
  return ctnn::predict<0>(model, samples);
}
