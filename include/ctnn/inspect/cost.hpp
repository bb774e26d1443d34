#pragma once
#include <array>
#include <ctnn/graph/flops.hpp>
#include <ctnn/model/engine.hpp>

namespace ctnn {

namespace detail {

/// The operations of each layer for one sample, in the order of the network's layers. A layer's include those
/// of the layers inside it.
template <class Net>
inline constexpr auto layer_flops = [] {
  // Lowered once more, as layers know their nodes by places in the builder's graph, dead nodes among them.
  Builder builder(1, Mode::evaluate);
  const Value x = input(builder, batched(1, Net::input_shape::extents), {block::input, 0});
  builder.output(builder.root<typename Net::layer>(x), {block::output, 0});
  const GraphView graph = builder.graph().view();
  const Flags live = live_nodes(graph);

  std::array<std::size_t, Net::network::lowered.layers.size()> flops{};
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const LayerInfo& layer = builder.info().layers[i];
    for (std::size_t n = layer.first_node; n < layer.last_node; ++n)
      if (live[n]) flops[i] += node_flops(graph, graph.nodes[n]);
  }
  return flops;
}();

}  // namespace detail

/// Floating-point operations of a model's network for one sample, as it is declared: a multiplication and an
/// addition are two, a comparison is one, a function of an element what its polynomials take (see
/// scalar::operations). An engine may need fewer.
template <class Net>
inline constexpr std::size_t flops_of = detail::layer_flops<Net>[0];

/// Bytes of the memory that one call of a model's engine works in.
template <class Net, class Weights = weights::unchanged>
inline constexpr std::size_t workspace_bytes = Workspace<Net, Weights>::bytes;

/// Bytes of a model's weights as its engine keeps them.
template <class Net, class Weights = weights::unchanged>
inline constexpr std::size_t packed_bytes = Packed<Net, Weights>::elements * sizeof(typename Net::value_type);

}  // namespace ctnn
