// expect: layer 0 (Conv2d<6, 5, Stride<0
// expect: needs a stride above zero
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<6, 5, ctnn::Stride<0>>, ctnn::ReLU>;

ctnn::Model<Features, ctnn::Shape<3, 32, 32>> model;
