// expect: layer 1.2.0 (Conv2d<4, 3>) expects an image of at least 3 x 3, receives [4, 2, 2]
#include <ctnn.hpp>

using Block = ctnn::Sequential<ctnn::Conv2d<4, 3>, ctnn::ReLU>;

ctnn::Model<ctnn::Sequential<ctnn::ReLU, ctnn::Repeat<3, Block>>, ctnn::Shape<4, 6, 6>> model;
