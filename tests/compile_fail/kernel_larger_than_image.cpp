// expect: layer 1 (Conv2d<16, 5>) expects an image of at least 5 x 5, receives [6, 4, 4]
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::Conv2d<16, 5>>;

ctnn::Model<Features, ctnn::Shape<1, 8, 8>> model;
