// expect: layer 0.1 (double) is not a layer: it needs `static constexpr Value lower(Builder&, Value)`
#include <ctnn.hpp>

using Features = ctnn::Sequential<ctnn::Concat<ctnn::Linear<4>, double>, ctnn::ReLU>;

ctnn::Model<Features, ctnn::Shape<3>> model;
