// expect: Concat<...> joins branches that differ in their first axis only, they give [8, 8, 8] and [8, 6, 6]
#include <ctnn.hpp>

using Inception = ctnn::Concat<ctnn::Conv2d<8, 1>, ctnn::Conv2d<8, 3>>;

ctnn::Model<Inception, ctnn::Shape<3, 8, 8>> model;
