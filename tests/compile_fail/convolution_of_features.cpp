// expect: layer 1 (Conv2d<6, 5>) expects an image [channels, height, width], receives [784]
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::Flatten, ctnn::Conv2d<6, 5>, ctnn::ReLU>;

ctnn::Model<Classifier, ctnn::Shape<1, 28, 28>> model;
