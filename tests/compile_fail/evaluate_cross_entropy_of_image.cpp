// expect: CrossEntropy expects [classes], receives [10, 4, 4]
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

using Classifier = ctnn::Model<ctnn::Conv2d<10, 1>, ctnn::Shape<3, 4, 4>>;

double loss_of(const Classifier& model, const ctnn::Dataset<float, ctnn::Shape<3, 4, 4>>& images) {
  return ctnn::evaluate<4>(model, images, ctnn::CrossEntropy{}).loss;
}
