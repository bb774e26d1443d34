// expect: layer 1 (BatchNorm2d<>) expects an image [channels, height, width], receives [10]
#include <ctnn.hpp>

using Layers = ctnn::Sequential<ctnn::Linear<10>, ctnn::BatchNorm2d<>>;

ctnn::Model<Layers, ctnn::Shape<5>> model;
