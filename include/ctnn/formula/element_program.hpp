#pragma once
#include <ctnn/kernels/fused_registers.hpp>

namespace ctnn::formula {

/// Whether every value of a graph is one number, so that an ElementProgram can run it.
constexpr bool is_elementwise(GraphView graph) {
  for (const Node& node : graph.nodes)
    if (node.shape.elements() != 1 || node.primitive->kind > Kind::broadcast) return false;
  return true;
}

/// A graph, Source::graph, in which every value is one number, as straight-line code: the body of a fused
/// step. The compiler runs it as well as the processor.
template <class Source>
class ElementProgram {
  static constexpr bool is_operation(const Node& node) {
    return node.primitive->kind == Kind::elementwise || node.primitive == &primitive::constant;
  }
  static constexpr bool is_input(const Node& node) { return node.primitive == &primitive::input; }
  static constexpr std::size_t count(bool (*property)(const Node&)) {
    std::size_t result = 0;
    for (const Node& node : Source::graph.nodes) result += property(node);
    return result;
  }

 public:
  static constexpr std::size_t inputs = count(is_input);
  static constexpr std::size_t operations = count(is_operation);
  static constexpr std::size_t outputs = Source::graph.outputs.size();

 private:
  static constexpr auto find_bindings() {
    std::array<Binding, inputs + 1> result{};
    std::size_t next = 0;
    for (const Node& node : Source::graph.nodes)
      if (is_input(node)) result[next++] = {node.attributes.integers[0], node.attributes.integers[1]};
    return result;
  }
  static constexpr auto make_body() {
    FusedBody<inputs, operations, outputs> result;
    const GraphView graph = Source::graph.view();
    std::vector<std::size_t> slots;
    std::size_t input = 0, operation = 0;
    for (const Node& node : graph.nodes) {
      if (is_input(node)) {
        slots.push_back(input++);
      } else if (is_operation(node)) {
        FusedOperation& o = result.operation[operation] = FusedOperation(node);
        for (std::size_t k = 0; k < node.operand_count; ++k)
          o.operands[k] = slots[static_cast<std::size_t>(graph.operands(node)[k])];
        slots.push_back(result.operation_slot(operation++));
      } else {
        slots.push_back(slots[static_cast<std::size_t>(graph.operands(node)[0])]);
      }
    }
    for (std::size_t i = 0; i < outputs; ++i)
      result.output_slot[i] = slots[static_cast<std::size_t>(graph.outputs[i].node)];
    return result;
  }
  static constexpr auto bindings = find_bindings();
  static constexpr auto output_bindings = [] {
    std::array<Binding, outputs> result{};
    for (std::size_t i = 0; i < outputs; ++i) result[i] = Source::graph.outputs[i].binding;
    return result;
  }();
  static constexpr auto body = make_body();

 public:
  /// `read(binding)` gives an input, `write(binding, number)` takes an output. B is a number, or a SIMD
  /// batch: as many points at once.
  template <class B>
  CTNN_INLINE static constexpr void run(const auto& read, const auto& write) {
    kernels::FusedRegisters<body, B> registers;
    [&]<std::size_t... I>(std::index_sequence<I...>) CTNN_INLINED {
      (registers.set_input(I, read(bindings[I])), ...);
    }
    (std::make_index_sequence<inputs>{});
    registers.compute();
    [&]<std::size_t... O>(std::index_sequence<O...>) CTNN_INLINED {
      (write(output_bindings[O], registers.template output<O>()), ...);
    }
    (std::make_index_sequence<outputs>{});
  }
};

}  // namespace ctnn::formula
