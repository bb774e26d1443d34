#pragma once
#include <algorithm>
#include <ctnn/graph/flops.hpp>
#include <ctnn/train/training_graph.hpp>

namespace ctnn {

namespace detail {

/// Floating-point operations of a training step for each sample; 0 where a step on a part of the mini-batch
/// would not be a part of the step: where training updates states, or reads the samples' weights, as all that
/// mixes samples does. And 0 where there is a mistake.
template <class Net, Loss Criterion>
inline constexpr std::size_t separable_flops = [] {
  constexpr std::size_t batch = 2;
  Builder builder(batch, Mode::train);
  const BatchLoss loss = lower_losses<typename Net::layer, Criterion>(builder, Net::input_shape::extents);
  if (!loss.losses || !builder.graph().outputs.empty()) return std::size_t{0};
  builder.output(loss.losses, {block::losses, 0});
  const GraphView graph = builder.graph().view();
  const Flags live = live_nodes(graph);
  if (live[static_cast<std::size_t>(loss.weights.id)]) return std::size_t{0};
  std::size_t flops = 0;
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (live[i]) flops += node_flops(graph, graph.nodes[i]);
  // Forward, and about as much again for each of the two adjoints.
  return 3 * flops / batch;
}();

/// The smallest part of a mini-batch that is worth a program run of its own: one that takes some 10 µs,
/// beside which a thread's start is short, and a multiple of the time that adding up its gradient takes.
/// Parts are equal, and at most 16, as each has a gradient. A smaller part than 16 samples keeps vectors and
/// caches no better.
constexpr std::size_t chunk_of(std::size_t batch, std::size_t flops, std::size_t parameters) {
  constexpr std::size_t most_chunks = 16, least_samples = 16;
  constexpr std::size_t least_flops = 1 << 20, least_flops_per_parameter = 256;
  if (flops == 0) return batch;
  const std::size_t least_work = std::max(least_flops, least_flops_per_parameter * parameters);
  std::size_t chunk =
      std::max({least_samples, (batch + most_chunks - 1) / most_chunks, (least_work + flops - 1) / flops});
  while (chunk < batch && batch % chunk != 0) ++chunk;
  return std::min(chunk, batch);
}

}  // namespace detail

/// Training goes through a mini-batch in chunks of so many samples, whose gradients it adds up in their
/// order: threads share out the chunks, and their number changes no bit of the result. It is the whole
/// mini-batch where parts are not worth it, or where the network mixes samples.
template <class Net, Loss Criterion, std::size_t Batch>
inline constexpr std::size_t chunk_size = [] {
  if constexpr (Batch < 32)
    return Batch;
  else
    return detail::chunk_of(Batch, detail::separable_flops<Net, Criterion>, Net::parameter_elements);
}();

}  // namespace ctnn
