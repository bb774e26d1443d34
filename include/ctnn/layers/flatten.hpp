#pragma once
#include <ctnn/graph/builder.hpp>
#include <ctnn/ops/reshape.hpp>

namespace ctnn {

/// All elements of a sample as [features], in row-major order.
struct Flatten {
  static constexpr Value lower(Builder& builder, Value x) {
    return reshape(x, {builder.batch(), Builder::sample_shape(x).elements()});
  }
};
inline constexpr Flatten flatten{};

}  // namespace ctnn
