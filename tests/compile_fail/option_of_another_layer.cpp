// expect: layer 0 (Linear<10, Stride<2
// expect: has no option Stride: it takes Bias, Inputs, Initialize
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::Linear<10, ctnn::Stride<2>>, ctnn::ReLU>;

ctnn::Model<Classifier, ctnn::Shape<8>> model;
