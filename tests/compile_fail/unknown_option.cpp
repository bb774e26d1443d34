// expect: layer 0 (Conv2d<6, 5, int>) has no option int: it takes Stride, Padding, Dilation, Groups, Bias,
// standard: c++20 c++26
// Inputs, Initialize
#include <ctnn.hpp>

ctnn::Model<ctnn::Sequential<ctnn::Conv2d<6, 5, int>, ctnn::ReLU>, ctnn::Shape<3, 32, 32>> model;
