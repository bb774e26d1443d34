// expect: layer 0 (Twice) declares `0.weight` twice: give one another name
#include <ctnn.hpp>

struct Twice {
  static constexpr ctnn::Value lower(ctnn::Builder& builder, ctnn::Value x) {
    const ctnn::Value gain = builder.parameter("weight", {3}, ctnn::pytorch_uniform, {3, 3});
    return x * gain + builder.parameter("weight", {3}, ctnn::pytorch_uniform, {3, 3});
  }
};

ctnn::Model<ctnn::Sequential<Twice>, ctnn::Shape<3>> model;
