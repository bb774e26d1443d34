// expect: a prediction takes samples [4], receives 10 numbers, which are not whole samples
#include <array>
#include <ctnn.hpp>
#include <ctnn/train.hpp>

std::vector<float> scores(const std::array<float, 10>& samples) {
  ctnn::Model<ctnn::Linear<3>, ctnn::Shape<4>> model;
  return ctnn::predict<8>(model, samples);
}
