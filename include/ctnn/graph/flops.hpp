#pragma once
#include <ctnn/graph/graph.hpp>

namespace ctnn {

/// Floating-point operations of one node; moving data counts none.
constexpr std::size_t node_flops(GraphView graph, const Node& node) {
  if (node.primitive->flops != nullptr) return node.primitive->flops(graph.signature(node));
  return node.primitive->kind == Kind::elementwise ? node.shape.elements() * node.primitive->operations : 0;
}

/// Floating-point operations of a graph without dead nodes.
constexpr std::size_t graph_flops(GraphView graph) {
  std::size_t total = 0;
  for (const Node& node : graph.nodes) total += node_flops(graph, node);
  return total;
}

}  // namespace ctnn
