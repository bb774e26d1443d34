#pragma once
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/slice.hpp>
#include <ctnn/ops/source.hpp>
#include <ctnn/ops/storage.hpp>

namespace ctnn {

namespace detail {

/// Makes a slice of an input that is one piece of its memory an input from there on.
constexpr void read_slice_in_place(Graph& graph, Node& node) {
  const Node& source = graph.nodes[static_cast<std::size_t>(graph.operand_ids[node.first_operand])];
  if (source.primitive != &primitive::input) return;
  const Extents begin = Box::begin(node.attributes, node.shape.rank);
  std::size_t offset = source.attributes.integers[1], axis = 0;
  for (std::size_t i = 0; i < begin.rank; ++i) offset += begin[i] * source.shape.stride(i);
  while (axis < begin.rank && node.shape[axis] == 1) ++axis;
  for (++axis; axis < begin.rank; ++axis)
    if (node.shape[axis] != source.shape[axis]) return;
  node = {
      &primitive::input, node.shape, node.type, 0, 0, {.integers = {source.attributes.integers[0], offset}}};
}

}  // namespace detail

/// `graph` with every output in memory of its own, and every constant that a kernel reads filled in: what
/// fusion and the memory plan take for granted. New states are copied last, after every reader of the old
/// ones, outputs among them.
constexpr Graph with_storage(GraphView graph) {
  Graph result = remove_dead(graph);
  for (Node& slice : result.nodes)
    if (slice.primitive == &primitive::slice) detail::read_slice_in_place(result, slice);
  result = remove_dead(result.view());
  const auto node = [&](NodeId id) -> Node& { return result.nodes[static_cast<std::size_t>(id)]; };
  const auto fill = [&](NodeId id) {
    if (node(id).primitive == &primitive::constant) node(id).primitive = &primitive::fill;
  };
  for (const Node& reader : result.nodes)
    if (reader.primitive->kind != Kind::elementwise)
      for (std::size_t k = 0; k < reader.operand_count; ++k)
        fill(result.operand_ids[reader.first_operand + k]);

  const auto owner = [&](NodeId id) {
    while (node(id).primitive->kind == Kind::view) id = result.operand_ids[node(id).first_operand];
    return id;
  };
  const auto copy = [&](Output& output) {
    const Node& source = node(output.node);
    const auto operand = static_cast<std::uint32_t>(result.operand_ids.size());
    const Node copied{&primitive::copy, source.shape, source.type, operand, 1, {}};
    result.operand_ids.push_back(output.node);
    result.nodes.push_back(copied);
    output.node = static_cast<NodeId>(result.nodes.size() - 1);
  };
  Flags taken(result.nodes.size(), false);
  for (Output& output : result.outputs) {
    fill(output.node);
    const Node& source = node(owner(output.node));
    const bool was_state =
        source.primitive == &primitive::input && source.attributes.integers[0] == block::states;
    if (output.binding.block == block::states) {
      if (was_state) copy(output);  // that one may be overwritten first
      continue;
    }
    char& is_taken = taken[static_cast<std::size_t>(owner(output.node))];
    if (source.primitive->kind == Kind::source || is_taken) copy(output);
    is_taken = true;
  }
  for (Output& output : result.outputs)
    if (output.binding.block == block::states) copy(output);
  return result;
}

}  // namespace ctnn
