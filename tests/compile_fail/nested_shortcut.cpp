// expect: layer 1.1 `downsample` (Linear<8>) expects [features], receives [16, 8, 8]: put Flatten before it
#include <ctnn.hpp>

using Block = ctnn::Residual<ctnn::Sequential<ctnn::Flatten, ctnn::Linear<8>>, ctnn::Linear<8>>;

ctnn::Model<ctnn::Sequential<ctnn::Conv2d<16, 1>, Block>, ctnn::Shape<3, 8, 8>> model;
