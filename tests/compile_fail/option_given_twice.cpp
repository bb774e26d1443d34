// expect: layer 0 (Conv2d<
// expect: is given Inputs twice
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<6, 5, ctnn::Inputs<3>, ctnn::Inputs<4>>, ctnn::ReLU>;

ctnn::Model<Features, ctnn::Shape<3, 32, 32>> model;
