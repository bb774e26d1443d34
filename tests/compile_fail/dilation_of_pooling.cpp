// expect: MaxPool2d<2, Dilation<2
// expect: has no option Dilation: it takes Stride, Padding
#include <ctnn.hpp>

ctnn::Model<ctnn::MaxPool2d<2, ctnn::Dilation<2>>, ctnn::Shape<3, 32, 32>> model;
