// expect: layer 1 `block` (Conv2d<8, 5>) expects an image of at least 5 x 5, receives [4, 4, 4]
#include <ctnn.hpp>

using Block = ctnn::Residual<ctnn::Conv2d<8, 5>>;

ctnn::Model<ctnn::Sequential<ctnn::ReLU, ctnn::Named<"block", Block>>, ctnn::Shape<4, 4, 4>> model;
