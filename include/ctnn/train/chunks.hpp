#pragma once
#include <algorithm>
#include <ctnn/core/rounding.hpp>
#include <ctnn/graph/flops.hpp>
#include <ctnn/train/training_graph.hpp>

namespace ctnn {

namespace detail {

/// What it takes to train a network on a part of a mini-batch.
struct ChunkCost {
  /// Floating-point operations for each sample; 0 where a step on parts would not be the step on the whole:
  /// where the network or the loss reads the samples' weights, as all that mixes samples by other means
  /// than batch_mean does, or where a state becomes what only this part knows of. And 0 where there is a
  /// mistake.
  std::size_t flops = 0;
  /// Phases of a step: what the parts must know of each other begins one, and so does its adjoint.
  std::size_t phases = 1;
  bool updates_states = false;
};

/// Which nodes depend on samples, but by what is added up over all chunks.
constexpr Flags by_sample(GraphView graph) {
  const Node* nodes = graph.nodes.data();
  const NodeId* ids = graph.operand_ids.data();
  Flags flags(graph.size(), false);
  char* result = flags.data();
  for (std::size_t i = 0, size = graph.size(); i < size; ++i) {
    const std::size_t block = nodes[i].attributes.integers[0], offset = nodes[i].attributes.integers[1];
    if (nodes[i].primitive == &primitive::input)
      // Behind the weights is their sum over all chunks.
      result[i] =
          block == block::input || block == block::target || (block == block::sample_weights && offset == 0);
    else if (nodes[i].primitive != &primitive::all_reduce)
      for (std::size_t k = nodes[i].first_operand, end = k + nodes[i].operand_count; k < end; ++k)
        if (result[ids[k]]) result[i] = true;
  }
  return flags;
}

template <class Net, Loss Criterion>
inline constexpr ChunkCost chunk_cost = [] {
  constexpr std::size_t batch = 2;
  Builder builder(batch, Mode::train, 2);
  const BatchLoss loss = lower_losses<typename Net::layer, Criterion>(builder, Net::input_shape::extents);
  if (!loss.losses) return ChunkCost{};
  ChunkCost cost{.updates_states = !builder.graph().outputs.empty()};
  builder.output(loss.losses, {block::losses, 0});
  const GraphView graph = builder.graph().view();
  const Flags live = live_nodes(graph);
  if (live[static_cast<std::size_t>(builder.sample_weights().id)]) return ChunkCost{};
  if (cost.updates_states) {
    const Flags apart = by_sample(graph);
    for (const Output& output : graph.outputs)
      if (output.binding.block == block::states && apart[static_cast<std::size_t>(output.node)])
        return ChunkCost{};
  }
  for (std::size_t phase : phases_of(graph)) cost.phases = std::max(cost.phases, 2 * phase + 1);
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (live[i]) cost.flops += node_flops(graph, graph.nodes[i]);
  // Forward, and about as much again for each of the two adjoints.
  cost.flops = 3 * cost.flops / batch;
  return cost;
}();

/// The smallest part of a mini-batch that is worth a program run of its own: one that takes some 10 µs in
/// each phase, beside which a thread's start is short, and a multiple of the time that adding up its gradient
/// takes. Parts are equal, and at most 16, as each has a gradient. A smaller part than 16 samples keeps
/// vectors and caches no better.
constexpr std::size_t chunk_of(std::size_t batch, const ChunkCost& cost, std::size_t parameters) {
  constexpr std::size_t most_chunks = 16, least_samples = 16;
  constexpr std::size_t least_flops = 1 << 20, least_flops_per_parameter = 256;
  if (cost.flops == 0) return batch;
  const std::size_t least_work = std::max(least_flops * cost.phases, least_flops_per_parameter * parameters);
  std::size_t chunk =
      std::max({least_samples, ceil_divide(batch, most_chunks), ceil_divide(least_work, cost.flops)});
  while (chunk < batch && batch % chunk != 0) ++chunk;
  return std::min(chunk, batch);
}

}  // namespace detail

/// Training goes through a mini-batch in chunks of so many samples, whose gradients it adds up in their
/// order: threads share out the chunks, and their number changes no bit of the result. It is the whole
/// mini-batch where parts are not worth it, or where the network mixes samples by other means than
/// batch_mean.
template <class Net, Loss Criterion, std::size_t Batch>
inline constexpr std::size_t chunk_size = [] {
  if constexpr (Batch < 32)
    return Batch;
  else
    return detail::chunk_of(Batch, detail::chunk_cost<Net, Criterion>, Net::parameter_elements);
}();

namespace detail {
/// How many chunks know of each other: one where they are apart.
template <class Net, Loss Criterion, std::size_t Batch>
inline constexpr std::size_t chunks_in_phases = [] {
  constexpr std::size_t chunk = chunk_size<Net, Criterion, Batch>;
  if constexpr (chunk == Batch)
    return std::size_t{1};
  else
    return chunk_cost<Net, Criterion>.phases > 1 || chunk_cost<Net, Criterion>.updates_states
               ? Batch / chunk
               : std::size_t{1};
}();
}  // namespace detail

}  // namespace ctnn
