// expect: layer 0 (Conv2d<8, 3, Groups<4>>) expects a number of channels that its 4 groups divide, receives
// [3, 8, 8]
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<8, 3, ctnn::Groups<4>>>;

ctnn::Model<Features, ctnn::Shape<3, 8, 8>> model;
