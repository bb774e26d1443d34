// expect: layer 0 (Sum<Linear<4>, Linear<5>>) adds branches of one shape, they give [4] and [5]
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Sum<ctnn::Linear<4>, ctnn::Linear<5>>>;

ctnn::Model<Features, ctnn::Shape<3>> model;
