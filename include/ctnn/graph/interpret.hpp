#pragma once
#include <ctnn/ops/source.hpp>

namespace ctnn {

/// Computes the values of every node of a graph, in double, by the primitives' plain meanings; usable by the
/// compiler. The graph must outlive it.
class Interpreter {
 public:
  constexpr explicit Interpreter(GraphView graph) : graph_(graph), values_(graph.size()) {
    signatures_.reserve(graph.size());
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const Node& node = graph.nodes[i];
      values_[i].resize(node.shape.elements(), node.attributes.scalar);
      signatures_.push_back(graph.signature(node));
    }
  }

  /// `bound(node)` gives the elements of an input as a pointer.
  constexpr void run(auto bound) {
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      const Node& node = graph_.nodes[i];
      double* const result = values_[i].data();
      if (node.primitive == &primitive::input) {
        const double* elements = bound(node);
        for (std::size_t e = 0, count = values_[i].size(); e < count; ++e) result[e] = elements[e];
      } else if (node.operand_count > 0) {
        const double* operands[Signature::max_operands]{};
        for (std::size_t k = 0; k < node.operand_count; ++k)
          operands[k] = values_[static_cast<std::size_t>(graph_.operand_ids[node.first_operand + k])].data();
        node.primitive->evaluate(signatures_[i], operands, result);
      }
    }
  }

  constexpr const std::vector<double>& operator[](NodeId id) const {
    return values_[static_cast<std::size_t>(id)];
  }
  constexpr std::vector<std::vector<double>> take() && { return std::move(values_); }

 private:
  GraphView graph_;
  std::vector<std::vector<double>> values_;
  List<Signature> signatures_;
};

/// The values of every node of `graph`, in double; usable by the compiler. `bound(node)` gives the elements
/// of an input as a pointer.
constexpr std::vector<std::vector<double>> interpret(GraphView graph, auto bound) {
  Interpreter interpreter(graph);
  interpreter.run(bound);
  return std::move(interpreter).take();
}

}  // namespace ctnn
