#pragma once
#include <ctnn/graph/builder.hpp>
#include <ctnn/ops/broadcast.hpp>
#include <ctnn/ops/collective.hpp>

namespace ctnn {

/// The mean of x, [batch, …], over the samples of the mini-batch, […]: without the padding of a short one,
/// and over all chunks of one that comes in several.
constexpr Value batch_mean(Builder& builder, Value x) {
  if (x.shape().rank == 0 || x.shape()[0] != builder.batch())
    return builder.fail(x, join("takes the mean over the batch of values ", x.shape(),
                                ", which do not begin with it, here ", builder.batch()));
  Extents column{builder.batch()};
  while (column.rank < x.shape().rank) column.push_back(1);
  const Value weights = builder.chunk_weights();
  const Value terms = weights ? x * reshape(weights / builder.total_weight(), column)
                              : x / static_cast<double>(builder.batch());
  return all_reduce(sum(terms, 0, 1), builder.chunks());
}

}  // namespace ctnn
