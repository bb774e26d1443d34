// expect: layer 2 (Linear<10, Inputs<128>>) expects [128], receives [256]
// standard: c++20 c++26
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::Linear<256>, ctnn::ReLU, ctnn::Linear<10, ctnn::Inputs<128>>>;

ctnn::Model<Classifier, ctnn::Shape<784>> model;
