// expect: layer 1 (Linear<10>) expects [features], receives [16, 28, 28]: put Flatten before it
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

using Images = ctnn::Dataset<float, ctnn::Shape<3, 32, 32>>;
using Classifier = ctnn::Sequential<ctnn::Conv2d<16, 5>, ctnn::Linear<10>>;

void train(const Images& images) {
  ctnn::Model<Classifier, ctnn::Shape<3, 32, 32>> model;
  ctnn::fit<4>(model, images, ctnn::CrossEntropy{}, ctnn::SGD{.learning_rate = 0.1});
}
