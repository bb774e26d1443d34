// expect: layer 1 (TwoSizes) combines [1, 4] with [1, 5]
// expect: values begin with the batch, here 1
#include <ctnn.hpp>

struct TwoSizes {
  static constexpr ctnn::Value lower(ctnn::Builder& builder, ctnn::Value x) {
    return builder.child<ctnn::Linear<4>>(0, x) + builder.child<ctnn::Linear<5>>(1, x);
  }
};

ctnn::Model<ctnn::Sequential<ctnn::ReLU, TwoSizes>, ctnn::Shape<3>> model;
