#pragma once
#include <ctnn/core/rounding.hpp>
#include <ctnn/ops/collective.hpp>
#include <ctnn/ops/slice.hpp>
#include <ctnn/ops/storage.hpp>

namespace ctnn {

namespace detail {

/// The phase in which each node of a graph runs. Each all_reduce begins one: its operand is there in the
/// phase before, in every chunk. Nodes stay where they are among the others, unless an all_reduce wants them
/// sooner. (Loops over raw arrays: a call is a step of Clang's constant evaluation.)
constexpr List<std::size_t> phases_of(GraphView graph) {
  const std::size_t size = graph.size();
  const Node* nodes = graph.nodes.data();
  const NodeId* ids = graph.operand_ids.data();
  List<std::size_t> levels(size, 0);
  std::size_t* level = levels.data();
  std::size_t last = 0;
  for (std::size_t i = 0; i < size; ++i) {
    std::size_t most = 0;
    for (std::size_t k = nodes[i].first_operand, end = k + nodes[i].operand_count; k < end; ++k)
      if (level[ids[k]] > most) most = level[ids[k]];
    if (nodes[i].primitive == &primitive::all_reduce) ++most;
    if (most > last) last = most;
    level[i] = most;
  }
  if (last == 0) return levels;
  List<std::size_t> phases(size, last);
  std::size_t* phase = phases.data();
  for (std::size_t i = size; i-- > 0;) {
    const std::size_t latest = nodes[i].primitive == &primitive::all_reduce ? level[i] - 1 : phase[i];
    for (std::size_t k = nodes[i].first_operand, end = k + nodes[i].operand_count; k < end; ++k)
      if (phase[ids[k]] > latest) phase[ids[k]] = latest;
  }
  for (std::size_t i = 0, begun = 0; i < size; ++i) {
    if (nodes[i].primitive == &primitive::all_reduce && level[i] > begun) begun = level[i];
    if (phase[i] > begun) phase[i] = begun;
  }
  return phases;
}

/// The nodes in the order of their phases, those that begin one first.
constexpr List<NodeId> order_of(GraphView graph, const List<std::size_t>& phases) {
  const std::size_t size = graph.size();
  const Node* nodes = graph.nodes.data();
  const std::size_t* phase = phases.data();
  List<std::size_t> places;  // where the next node of each half of a phase goes
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t half = 2 * phase[i] + (nodes[i].primitive != &primitive::all_reduce);
    if (places.size() < half + 2) places.resize(half + 2, 0);
    ++places[half + 1];
  }
  for (std::size_t h = 1; h < places.size(); ++h) places[h] += places[h - 1];
  List<NodeId> order(size, no_node);
  for (std::size_t i = 0; i < size; ++i)
    order[places[2 * phase[i] + (nodes[i].primitive != &primitive::all_reduce)]++] = static_cast<NodeId>(i);
  return order;
}

}  // namespace detail

/// How many elements of block::exchange a graph in phases takes: for the states, and for its outputs.
constexpr std::size_t exchange_elements(GraphView graph, std::size_t state_elements) {
  std::size_t elements = whole_lines(state_elements);
  for (const auto& [node, binding] : graph.outputs)
    if (binding.block == block::exchange)
      elements = std::max(elements, whole_lines(binding.offset + graph[node].shape.elements()));
  return elements;
}

/// The graph of each of several chunks, cut into phases: all chunks have run a phase when one begins the
/// next. What is added up is written to block::exchange, and read from block::first_exchange, that of the
/// first chunk, which the other chunks' follow. New states go there as well, to its first `state_elements`,
/// so that nobody writes what others read.
constexpr Graph in_phases(GraphView graph, std::size_t state_elements) {
  const List<std::size_t> phases = detail::phases_of(graph);
  const std::size_t size = graph.size();
  const Node* nodes = graph.nodes.data();
  const NodeId* ids = graph.operand_ids.data();
  Flags is_shared(size, false);
  for (std::size_t i = 0; i < size; ++i)
    if (nodes[i].primitive == &primitive::all_reduce)
      is_shared[static_cast<std::size_t>(ids[nodes[i].first_operand])] = true;

  Graph result;
  result.nodes.reserve(2 * size);
  result.operand_ids.reserve(2 * graph.operand_ids.size());
  std::size_t end = whole_lines(state_elements);
  List<NodeId> names(size, no_node), places(size, no_node);
  NodeId* renamed = names.data();
  NodeId* shared = places.data();  // what stands for a value in the memory that all chunks read
  const auto append = [&](Node node, const NodeId* operands) {
    node.first_operand = static_cast<std::uint32_t>(result.operand_ids.size());
    for (std::size_t k = 0; k < node.operand_count; ++k) result.operand_ids.push_back(operands[k]);
    result.nodes.push_back(node);
    return static_cast<NodeId>(result.nodes.size() - 1);
  };
  for (const NodeId id : detail::order_of(graph, phases)) {
    const Node& node = nodes[id];
    const bool begins_phase = node.primitive == &primitive::all_reduce;
    NodeId operands[Signature::max_operands]{};
    for (std::size_t k = 0; k < node.operand_count; ++k) {
      const NodeId operand = ids[node.first_operand + k];
      operands[k] = begins_phase ? shared[operand] : renamed[operand];
    }
    renamed[id] = append(node, operands);
    const auto i = static_cast<std::size_t>(id);
    if (begins_phase) result.nodes.back().attributes.integers[detail::AllReduce::phase] = phases[i];
    if (!is_shared[i]) continue;
    // A source has no memory of its own, nor has a slice of one, and a view shows what another output may
    // want to have.
    const Kind kind = node.primitive->kind;
    const NodeId own = kind == Kind::source || kind == Kind::view || node.primitive == &primitive::slice
                           ? append({&primitive::copy, node.shape, node.type, 0, 1, {}}, &renamed[id])
                           : renamed[id];
    result.outputs.push_back({own, {block::exchange, end}});
    shared[id] =
        append({&primitive::input, node.shape, node.type, 0, 0, {.integers = {block::first_exchange, end}}},
               nullptr);
    end += whole_lines(node.shape.elements());
  }
  for (Node& node : result.nodes)
    if (node.primitive == &primitive::all_reduce) node.attributes.integers[detail::AllReduce::stride] = end;
  for (Output output : graph.outputs) {
    output.node = renamed[output.node];
    if (output.binding.block == block::states) output.binding.block = block::exchange;
    result.outputs.push_back(output);
  }
  return result;
}

}  // namespace ctnn
