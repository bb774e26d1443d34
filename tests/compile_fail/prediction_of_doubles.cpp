// expect: a prediction takes samples of float as a tensor, array, vector or span, receives
#include <ctnn.hpp>
#include <ctnn/train.hpp>

std::vector<float> scores(const std::vector<double>& samples) {
  ctnn::Model<ctnn::Linear<3>, ctnn::Shape<4>> model;
  return ctnn::predict<8>(model, samples);
}
