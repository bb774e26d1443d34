#pragma once
#include <ctnn/graph/graph_builder.hpp>

namespace ctnn {

/// Which nodes an output depends on.
constexpr Flags live_nodes(GraphView graph) {
  const Node* nodes = graph.nodes.data();
  const NodeId* ids = graph.operand_ids.data();
  Flags flags(graph.size(), false);
  char* live = flags.data();
  for (const Output& output : graph.outputs) live[output.node] = true;
  for (std::size_t i = graph.size(); i-- > 0;)
    if (live[i])
      for (std::size_t k = nodes[i].first_operand, end = k + nodes[i].operand_count; k < end; ++k)
        live[ids[k]] = true;
  return flags;
}

/// `graph` without the nodes that no output needs.
constexpr Graph remove_dead(GraphView graph) {
  const Node* nodes = graph.nodes.data();
  const NodeId* ids = graph.operand_ids.data();
  const Flags flags = live_nodes(graph);
  const char* live = flags.data();
  List<NodeId> names(graph.size(), no_node);
  NodeId* renamed = names.data();
  Graph result;
  result.nodes.reserve(graph.size());
  result.operand_ids.reserve(graph.operand_ids.size());
  NodeId next = 0;
  for (std::size_t i = 0, size = graph.size(); i < size; ++i) {
    if (!live[i]) continue;
    renamed[i] = next++;
    result.nodes.push_back(nodes[i]);
    result.nodes.back().first_operand = static_cast<std::uint32_t>(result.operand_ids.size());
    for (std::size_t k = nodes[i].first_operand, end = k + nodes[i].operand_count; k < end; ++k)
      result.operand_ids.push_back(renamed[ids[k]]);
  }
  for (const Output& output : graph.outputs) result.outputs.push_back({renamed[output.node], output.binding});
  return result;
}

/// Applies `graph` again, node by node, to a builder's own nodes; returns what each live node became.
/// `source` turns a source node into its replacement, or returns an absent value to keep it; `change`, which
/// gets a node's number, its value and its operands, may put another value in its place.
constexpr std::vector<Value> replay(GraphView graph, GraphBuilder& builder, auto source, auto change) {
  const Flags live = live_nodes(graph);
  std::vector<Value> renamed(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!live[i]) continue;
    const Node& node = graph.nodes[i];
    std::vector<Value> operands;
    if (node.primitive->kind == Kind::source) {
      renamed[i] = source(static_cast<NodeId>(i));
      if (!renamed[i]) renamed[i] = builder.source(*node.primitive, {node.shape, node.type}, node.attributes);
    } else {
      for (NodeId operand : graph.operands(node))
        operands.push_back(renamed[static_cast<std::size_t>(operand)]);
      renamed[i] = builder.apply(*node.primitive, operands, node.attributes);
    }
    renamed[i] = change(i, renamed[i], operands);
  }
  return renamed;
}
constexpr std::vector<Value> replay(GraphView graph, GraphBuilder& builder, auto source) {
  return replay(graph, builder, source,
                [](std::size_t, Value value, const std::vector<Value>&) { return value; });
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
