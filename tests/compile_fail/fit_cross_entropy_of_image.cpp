// expect: CrossEntropy expects [classes], receives [10, 4, 4]
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

void train(const ctnn::Dataset<float, ctnn::Shape<3, 4, 4>>& images) {
  ctnn::Model<ctnn::Conv2d<10, 1>, ctnn::Shape<3, 4, 4>> model;
  ctnn::fit<4>(model, images, ctnn::CrossEntropy{}, ctnn::Adam{});
}
