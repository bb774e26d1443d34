// expect: layer 2 (MaxPool2d<4>) expects an image of at least 4 x 4, receives [6, 3, 3]
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<6, 3>, ctnn::ReLU, ctnn::MaxPool2d<4>>;

ctnn::Model<Features, ctnn::Shape<1, 5, 5>> model;
