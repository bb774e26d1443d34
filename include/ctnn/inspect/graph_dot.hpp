#pragma once
#include <algorithm>
#include <ctnn/graph/graph.hpp>
#include <ctnn/ops/source.hpp>
#include <ostream>
#include <utility>

namespace ctnn {

namespace detail {

inline std::string_view fill_colour(Kind kind) {
  switch (kind) {
    case Kind::source:
      return "#e8e8e8";
    case Kind::elementwise:
      return "#fff4cc";
    case Kind::view:
    case Kind::broadcast:
      return "#ffffff";
    case Kind::movement:
      return "#f3e0f5";
    case Kind::reduction:
      return "#d9f0dd";
    case Kind::contraction:
      return "#d6e6fa";
  }
  return "#ffffff";
}

/// A block's name is that in `names`, or what networks call it.
inline void print_binding(std::ostream& out, std::size_t block, std::size_t offset,
                          std::span<const std::string_view> names) {
  constexpr std::pair<std::size_t, std::string_view> of_networks[]{
      {block::parameters, "parameters"}, {block::states, "states"},
      {block::input, "input"},           {block::target, "target"},
      {block::output, "output"},         {block::sample_weights, "sample weights"},
      {block::losses, "losses"},         {block::predictions, "predictions"},
      {block::gradients, "gradients"},   {block::packed, "packed"},
      {block::exchange, "exchange"},     {block::first_exchange, "first exchange"}};
  const auto* name = std::ranges::find(of_networks, block, &std::pair<std::size_t, std::string_view>::first);
  if (block < names.size())
    out << names[block];
  else if (name != std::end(of_networks))
    out << name->second;
  else
    out << "block " << block;
  if (offset > 0) out << " + " << offset;
}

/// What a node knows besides its operands and its shape, in a line of its own.
inline void print_attributes(std::ostream& out, const Node& node, std::span<const std::string_view> names) {
  const Attributes& a = node.attributes;
  if (node.primitive == &primitive::input) {
    out << "\\n";
    print_binding(out, a.integers[0], a.integers[1], names);
    return;
  }
  if (node.primitive == &primitive::constant || a.scalar != 0) out << "\\n" << a.scalar;
  // A view's integers are the shape that it shows anyway.
  if (node.primitive->kind == Kind::view || node.primitive->kind == Kind::broadcast) return;
  std::size_t used = Attributes::capacity;
  while (used > 0 && a.integers[used - 1] == 0) --used;
  for (std::size_t i = 0; i < used; ++i) out << (i == 0 ? "\\n" : " ") << a.integers[i];
}

}  // namespace detail

/// Writes a graph in Graphviz's language, before or after any pass: `dot -Tsvg`. A node shows its primitive,
/// shape, and attributes (for an input the block that it is bound to); its colour says its kind. The graph is
/// that of Net::network::graph, TrainingGraph<…>::graph, Program<…>::stored or any other, as a view. `names`,
/// if given, are the blocks'.
inline void to_dot(GraphView graph, std::ostream& out, std::span<const std::string_view> names = {}) {
  out << "digraph {\n"
         "  ordering=in\n"
         "  node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\", fontsize=11]\n"
         "  edge [arrowsize=0.6]\n";
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Node& node = graph.nodes[i];
    out << "  n" << i << " [label=\"" << node.primitive->name << "\\n" << join(node.shape).view();
    if (node.type != ElementType::real) out << (node.type == ElementType::index ? " index" : " boolean");
    detail::print_attributes(out, node, names);
    out << "\", fillcolor=\"" << detail::fill_colour(node.primitive->kind) << "\"]\n";
    for (NodeId operand : graph.operands(node)) out << "  n" << operand << " -> n" << i << '\n';
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const auto& [node, binding] = graph.outputs[i];
    out << "  o" << i << " [shape=plaintext, style=\"\", label=\"";
    detail::print_binding(out, binding.block, binding.offset, names);
    out << "\"]\n  n" << node << " -> o" << i << '\n';
  }
  out << "}\n";
}

}  // namespace ctnn
