// expect: layer 0 (Conv2d<6, 3, Groups<4>>) needs a number of output channels that its 4 groups divide
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<6, 3, ctnn::Groups<4>>>;

ctnn::Model<Features, ctnn::Shape<4, 8, 8>> model;
