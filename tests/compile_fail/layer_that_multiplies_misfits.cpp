// expect: layer 0 (Bilinear)
// expect: multiply [1, 3] by [4, 2]
// expect: values begin with the batch, here 1
#include <ctnn.hpp>

struct Bilinear {
  static constexpr ctnn::Value lower(ctnn::Builder& builder, ctnn::Value x) {
    const ctnn::Value weight = builder.parameter("weight", {4, 2}, ctnn::pytorch_uniform, {4, 2});
    return ctnn::matrix_product(x, weight);
  }
};

ctnn::Model<ctnn::Sequential<Bilinear, ctnn::ReLU>, ctnn::Shape<3>> model;
