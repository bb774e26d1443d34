#pragma once
#include <ctnn/ops/source.hpp>

namespace ctnn {

/// The values of every node of `graph`, in double, by the primitives' plain meanings; usable by the compiler.
/// `bound(node)` gives the elements of an input as a pointer.
constexpr std::vector<std::vector<double>> interpret(GraphView graph, auto bound) {
  std::vector<std::vector<double>> values(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Node& node = graph.nodes[i];
    values[i].resize(node.shape.elements(), node.attributes.scalar);
    if (node.primitive == &primitive::input) {
      const double* elements = bound(node);
      for (std::size_t e = 0; e < values[i].size(); ++e) values[i][e] = elements[e];
    } else if (node.operand_count > 0) {
      const double* operands[Signature::max_operands]{};
      std::size_t count = 0;
      for (NodeId operand : graph.operands(node))
        operands[count++] = values[static_cast<std::size_t>(operand)].data();
      node.primitive->evaluate(graph.signature(node), operands, values[i].data());
    }
  }
  return values;
}

}  // namespace ctnn
