// expect: layer 0 (Concat<Conv2d<8, 1>, Flatten>) joins branches that differ in their first axis only, they
// give [8, 8, 8] and [192]
#include <ctnn.hpp>

using Branches = ctnn::Concat<ctnn::Conv2d<8, 1>, ctnn::Flatten>;
using Features = ctnn::Sequential<Branches, ctnn::ReLU>;

ctnn::Model<Features, ctnn::Shape<3, 8, 8>> model;
