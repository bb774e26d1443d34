// expect: layer 0 (MaxPool2d<3, Padding<2
// expect: pads by more than half of its kernel
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::MaxPool2d<3, ctnn::Padding<2>>, ctnn::ReLU>;

ctnn::Model<Features, ctnn::Shape<3, 32, 32>> model;
