// expect: layer 0 (Conv2d<6, 5, Groups<0>>) needs at least one group
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<6, 5, ctnn::Groups<0>>, ctnn::ReLU>;

ctnn::Model<Features, ctnn::Shape<3, 32, 32>> model;
