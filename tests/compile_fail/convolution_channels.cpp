// expect: layer 0 (Conv2d<6, 5, Inputs<1>>) expects [1, height, width], receives [3, 32, 32]
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<6, 5, ctnn::Inputs<1>>, ctnn::ReLU>;

ctnn::Model<Features, ctnn::Shape<3, 32, 32>> model;
