#pragma once
#include <ctnn/graph/graph_builder.hpp>

namespace ctnn {

/// Which nodes an output depends on.
constexpr Flags live_nodes(GraphView graph) {
  Flags live(graph.size(), false);
  for (const Output& output : graph.outputs) live[static_cast<std::size_t>(output.node)] = true;
  for (std::size_t i = graph.size(); i-- > 0;)
    if (live[i])
      for (NodeId operand : graph.operands(graph.nodes[i])) live[static_cast<std::size_t>(operand)] = true;
  return live;
}

/// `graph` without the nodes that no output needs.
constexpr Graph remove_dead(GraphView graph) {
  const Flags live = live_nodes(graph);
  std::vector<NodeId> renamed(graph.size(), no_node);
  Graph result;
  result.nodes.reserve(graph.size());
  result.operand_ids.reserve(graph.operand_ids.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!live[i]) continue;
    Node node = graph.nodes[i];
    node.first_operand = static_cast<std::uint32_t>(result.operand_ids.size());
    for (NodeId operand : graph.operands(graph.nodes[i]))
      result.operand_ids.push_back(renamed[static_cast<std::size_t>(operand)]);
    renamed[i] = static_cast<NodeId>(result.nodes.size());
    result.nodes.push_back(node);
  }
  for (const Output& output : graph.outputs)
    result.outputs.push_back({renamed[static_cast<std::size_t>(output.node)], output.binding});
  return result;
}

/// Applies `graph` again, node by node, to a builder's own nodes; returns what each live node became.
/// `source` turns a source node into its replacement, or returns an absent value to keep it.
constexpr std::vector<Value> replay(GraphView graph, GraphBuilder& builder, auto source) {
  const Flags live = live_nodes(graph);
  std::vector<Value> renamed(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!live[i]) continue;
    const Node& node = graph.nodes[i];
    if (node.primitive->kind == Kind::source) {
      renamed[i] = source(static_cast<NodeId>(i));
      if (!renamed[i]) renamed[i] = builder.source(*node.primitive, {node.shape, node.type}, node.attributes);
      continue;
    }
    std::vector<Value> operands;
    for (NodeId operand : graph.operands(node))
      operands.push_back(renamed[static_cast<std::size_t>(operand)]);
    renamed[i] = builder.apply(*node.primitive, operands, node.attributes);
  }
  return renamed;
}

/// An equal graph of less work: constants folded, common subexpressions shared, the primitives' algebra
/// applied, and dead nodes removed. A zero factor is taken for a structural zero.
constexpr Graph simplify(GraphView graph) {
  GraphBuilder builder;
  const std::vector<Value> renamed = replay(graph, builder, [](NodeId) { return Value{}; });
  for (const Output& output : graph.outputs)
    builder.output(renamed[static_cast<std::size_t>(output.node)], output.binding);
  return remove_dead(builder.graph().view());
}

}  // namespace ctnn
