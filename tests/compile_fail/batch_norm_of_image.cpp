// expect: layer 0 (BatchNorm1d<>) expects [features] or [channels, steps], receives [3, 8, 8]
// expect: BatchNorm2d is for images
#include <ctnn.hpp>

using Layers = ctnn::Sequential<ctnn::BatchNorm1d<>, ctnn::ReLU>;

ctnn::Model<Layers, ctnn::Shape<3, 8, 8>> model;
