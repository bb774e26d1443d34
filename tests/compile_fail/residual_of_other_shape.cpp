// expect: layer 1 (Residual<...>) adds a branch and a shortcut of one shape, they give [32, 8, 8] and [16, 8,
// 8]
#include <ctnn.hpp>

using Block = ctnn::Sequential<ctnn::Conv2d<32, 3, ctnn::Padding<1>>, ctnn::ReLU>;
using Features = ctnn::Sequential<ctnn::Conv2d<16, 1>, ctnn::Residual<Block>>;

ctnn::Model<Features, ctnn::Shape<3, 8, 8>> model;
