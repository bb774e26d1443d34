// expect: layer 1 (Linear<0>) needs at least one output
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::ReLU, ctnn::Linear<0>>;

ctnn::Model<Classifier, ctnn::Shape<4>> model;
