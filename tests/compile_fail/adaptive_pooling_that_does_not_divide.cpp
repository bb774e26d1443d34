// expect: layer 0 (AdaptiveAvgPool2d<3>) expects an image whose sides 3 and 3 divide, receives [2, 6, 8]
#include <ctnn.hpp>

using Layers = ctnn::Sequential<ctnn::AdaptiveAvgPool2d<3>, ctnn::Flatten>;

ctnn::Model<Layers, ctnn::Shape<2, 6, 8>> model;
