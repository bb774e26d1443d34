#pragma once
#include <algorithm>
#include <bit>
#include <ctnn/core/rounding.hpp>
#include <ctnn/graph/fold.hpp>
#include <ctnn/graph/narrow.hpp>
#include <ctnn/graph/split.hpp>
#include <ctnn/ops/slice.hpp>

namespace ctnn {

namespace detail {

/// Which nodes depend on parameters, states and constants alone.
constexpr Flags fixed_nodes(GraphView graph) {
  return fixed_nodes(graph, is_owned);
}
/// Which of them are written for the others to read.
constexpr Flags packed_nodes(GraphView graph) {
  return packed_nodes(graph, fixed_nodes(graph),
                      [](const Node& node) { return node.primitive == &primitive::constant; });
}

/// `graph` with every primitive that can use a rearranged parameter specialised to it, and with what is known
/// of its result's factors in that parameter.
constexpr Graph rearrange_parameters(GraphView graph) {
  const Flags fixed = fixed_nodes(graph), live = live_nodes(graph);
  GraphBuilder builder;
  List<std::size_t> readers(graph.size(), 0);
  for (std::size_t i = 0; i < graph.size(); ++i)
    for (NodeId operand : graph.operands(graph.nodes[i]))
      readers[static_cast<std::size_t>(operand)] += live[i] ? 1 : 0;
  for (const Output& output : graph.outputs) ++readers[static_cast<std::size_t>(output.node)];
  Folding fold;
  const std::vector<Value> renamed = replay(
      graph, builder, [](NodeId) { return Value{}; },
      [&](std::size_t i, Value value, const std::vector<Value>& operands) {
        const Node& node = graph.nodes[i];
        if (!fixed[i] && node.primitive->specialize != nullptr)
          for (std::size_t k = 0; k < operands.size(); ++k)
            if (fixed[static_cast<std::size_t>(graph.operands(node)[k])])
              if (const Value special = node.primitive->specialize({value, operands, node.attributes}, k))
                value = special;
        if (const Value folded = fold(value)) value = folded;
        fold.read(value, readers[i]);
        return value;
      });
  for (const Output& output : graph.outputs)
    builder.output(renamed[static_cast<std::size_t>(output.node)], output.binding);
  return remove_dead(builder.graph().view());
}

/// For each node that `prepare` writes, how many columns it gets so that each of its rows begins with a cache
/// line, or a short row with a vector; 0 where a reader takes no padding.
constexpr std::vector<std::size_t> padded_columns(GraphView graph, const Flags& packed) {
  std::vector<std::size_t> columns(graph.size(), 0);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Extents& shape = graph.nodes[i].shape;
    if (!packed[i] || shape.rank != 2) continue;
    const std::size_t line = std::min<std::size_t>(16, std::bit_ceil(shape.back()));
    const std::size_t padded = round_up(shape.back(), line);
    if (padded != shape.back()) columns[i] = padded;
  }
  for (const Node& node : graph.nodes)
    for (std::size_t k = 0; k < node.operand_count; ++k)
      if (k != 1 || node.primitive->columns_integer == 0 || node.attributes.integers[1] != 0)
        columns[static_cast<std::size_t>(graph.operands(node)[k])] = 0;
  for (const Output& output : graph.outputs) columns[static_cast<std::size_t>(output.node)] = 0;
  return columns;
}

/// `graph` with what `prepare` writes padded to these columns.
constexpr Graph pad_rows(GraphView graph) {
  const std::vector<std::size_t> columns = padded_columns(graph, packed_nodes(graph));
  List<NodeId> renamed(graph.size(), no_node), padded(graph.size(), no_node);
  Graph result;
  const auto append = [&](Node node, std::size_t operands) {
    node.first_operand = static_cast<std::uint32_t>(result.operand_ids.size() - operands);
    result.nodes.push_back(node);
    return static_cast<NodeId>(result.nodes.size() - 1);
  };
  for (std::size_t i = 0; i < graph.size(); ++i) {
    Node node = graph.nodes[i];
    for (NodeId operand : graph.operands(node)) {
      const auto k = static_cast<std::size_t>(operand);
      result.operand_ids.push_back(columns[k] != 0 ? padded[k] : renamed[k]);
      if (columns[k] != 0)
        node.attributes.integers[node.primitive->columns_integer] = graph.nodes[k].shape.back();
    }
    renamed[i] = append(node, node.operand_count);
    if (columns[i] == 0) continue;
    const Extents shape{node.shape[0], columns[i]};
    result.operand_ids.push_back(renamed[i]);
    padded[i] = append({&primitive::pad, shape, node.type, 0, 1, Box::attributes({0, 0}, shape)}, 1);
  }
  for (const Output& output : graph.outputs)
    result.outputs.push_back({renamed[static_cast<std::size_t>(output.node)], output.binding});
  return result;
}

}  // namespace detail

/// Splits an inference graph into what can be done once the parameters are known, which writes to
/// block::packed, and the rest, which reads weights of products and convolutions in `format`.
constexpr SplitGraphs specialize(GraphView original, WeightFormat format = WeightFormat::number) {
  Graph graph = detail::rearrange_parameters(original);
  if (format != WeightFormat::number)
    graph = detail::narrow_weights(graph.view(), detail::fixed_nodes(graph.view()), format);
  graph = detail::pad_rows(graph.view());
  return split(graph.view(), detail::packed_nodes(graph.view()), block::packed);
}

}  // namespace ctnn
