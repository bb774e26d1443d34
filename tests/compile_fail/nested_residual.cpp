// expect: layer 2.0 (Conv2d<8, 9>) expects an image of at least 9 x 9, receives [8, 6, 6]
#include <ctnn.hpp>

using Block = ctnn::Residual<ctnn::Sequential<ctnn::Conv2d<8, 9>, ctnn::ReLU>>;
using Features = ctnn::Sequential<ctnn::Conv2d<8, 3>, ctnn::ReLU, Block>;

ctnn::Model<Features, ctnn::Shape<3, 8, 8>> model;
