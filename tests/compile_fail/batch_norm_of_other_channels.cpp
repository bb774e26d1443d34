// expect: layer 1 (BatchNorm2d<Inputs<8>>) expects [8, height, width], receives [6, 4, 4]
#include <ctnn.hpp>

using Layers = ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::BatchNorm2d<ctnn::Inputs<8>>>;

ctnn::Model<Layers, ctnn::Shape<3, 8, 8>> model;
