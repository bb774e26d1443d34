#pragma once
#include <ctnn/core/rounding.hpp>
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/source.hpp>

namespace ctnn {

/// A graph evaluated in two parts: `prepare` runs once and writes what `run` needs again and again to a
/// block, of `packed_elements`; `run` reads it from there.
struct SplitGraphs {
  Graph prepare, run;
  std::size_t packed_elements = 0;

  struct Sizes {
    Graph::Sizes prepare, run;

    constexpr bool fit_in(const Sizes& room) const {
      return prepare.fit_in(room.prepare) && run.fit_in(room.run);
    }
  };
  constexpr Sizes sizes() const { return {prepare.sizes(), run.sizes()}; }
};

template <auto S>
struct FixedSplitGraphs {
  FixedGraph<S.prepare> prepare;
  FixedGraph<S.run> run;
  std::size_t packed_elements;

  constexpr explicit FixedSplitGraphs(const auto& graphs)
      : prepare(graphs.prepare), run(graphs.run), packed_elements(graphs.packed_elements) {}
};

namespace detail {

/// Which nodes depend on fixed sources alone, those for which is_fixed(node).
constexpr Flags fixed_nodes(GraphView graph, auto is_fixed) {
  Flags fixed(graph.size(), true);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (graph.nodes[i].primitive->kind == Kind::source) fixed[i] = is_fixed(graph.nodes[i]);
    for (NodeId operand : graph.operands(graph.nodes[i]))
      if (!fixed[static_cast<std::size_t>(operand)]) fixed[i] = false;
  }
  return fixed;
}

/// Which fixed nodes `prepare` writes for `run`: what other nodes read, unless it is_there(node) without. A
/// repetition that only elementwise work reads is not among them: read through strides, what it repeats takes
/// less memory.
constexpr Flags packed_nodes(GraphView graph, const Flags& fixed, auto is_there) {
  Flags packed(graph.size(), false), whole(graph.size(), false);
  for (const Output& output : graph.outputs)
    packed[static_cast<std::size_t>(output.node)] = whole[static_cast<std::size_t>(output.node)] = true;
  for (std::size_t i = graph.size(); i-- > 0;) {
    const Node& node = graph.nodes[i];
    const bool repeats = packed[i] && !whole[i] && node.primitive->kind == Kind::broadcast;
    if (fixed[i] && !repeats) {
      packed[i] = packed[i] && !is_there(node);
      continue;
    }
    packed[i] = false;
    for (NodeId operand : graph.operands(node)) {
      const auto k = static_cast<std::size_t>(operand);
      packed[k] = true;
      whole[k] = whole[k] || node.primitive->kind != Kind::elementwise;
    }
  }
  return packed;
}

}  // namespace detail

/// Splits a graph at the nodes that are to be written to `block`, each from a multiple of 16 elements on.
constexpr SplitGraphs split(GraphView graph, const Flags& packed, std::size_t block) {
  SplitGraphs result;
  result.prepare = Graph(graph);
  result.prepare.outputs.clear();
  Graph run(graph);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!packed[i]) continue;
    const std::size_t offset = result.packed_elements;
    result.prepare.outputs.push_back({static_cast<NodeId>(i), {block, offset}});
    Node& node = run.nodes[i];
    node = {&primitive::input, node.shape, node.type, 0, 0, {.integers = {block, offset}}};
    result.packed_elements = whole_lines(offset + node.shape.elements());
  }
  result.prepare = remove_dead(result.prepare.view());
  result.run = remove_dead(run.view());
  return result;
}

/// Runs `Make`, a captureless function object that returns SplitGraphs, while compiling, and keeps both
/// graphs.
template <class Make>
struct FrozenSplitGraphs {
 private:
  static constexpr SplitGraphs::Sizes room{common_room, common_room};
  static constexpr const auto& frozen = Frozen<Make, FixedSplitGraphs, room>::value;

 public:
  static constexpr const auto& prepare = frozen.prepare;
  static constexpr const auto& run = frozen.run;
  static constexpr std::size_t packed_elements = frozen.packed_elements;
};

}  // namespace ctnn
