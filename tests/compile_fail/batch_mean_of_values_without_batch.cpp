// expect: layer 0 (Centered) takes the mean over the batch of values [3], which do not begin with it, here 1
#include <ctnn.hpp>

struct Centered {
  static constexpr ctnn::Value lower(ctnn::Builder& builder, ctnn::Value x) {
    return x - batch_mean(builder, sum(x, 0, 1));
  }
};

ctnn::Model<ctnn::Sequential<Centered>, ctnn::Shape<3>> model;
