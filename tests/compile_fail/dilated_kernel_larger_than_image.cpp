// expect: layer 0 (Conv2d<
// expect: expects an image of at least 7 x 7, receives [1, 6, 8]
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Conv2d<6, 3, ctnn::Dilation<4>, ctnn::Padding<1>>>;

ctnn::Model<Features, ctnn::Shape<1, 6, 8>> model;
