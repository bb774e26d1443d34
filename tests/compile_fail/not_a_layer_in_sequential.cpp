// expect: layer 1 (int) is not a layer: it needs `static constexpr Value lower(Builder&, Value)`
#include <ctnn.hpp>

ctnn::Model<ctnn::Sequential<ctnn::Linear<10>, int, ctnn::ReLU>, ctnn::Shape<4>> model;
