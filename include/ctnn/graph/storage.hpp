#pragma once
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/storage.hpp>

namespace ctnn {

/// `graph` with every output in memory of its own, and every constant that a kernel reads filled in: what
/// fusion and the memory plan take for granted. New states are copied last, after every reader of the old
/// ones, outputs among them.
constexpr Graph with_storage(GraphView graph) {
  GraphBuilder builder(Simplify::no);
  std::vector<Value> renamed = replay(graph, builder, [](NodeId) { return Value{}; });
  const std::size_t size = builder.size();
  for (std::size_t i = 0; i < size; ++i) {
    const Node node = builder.graph().nodes[i];
    if (node.primitive->kind == Kind::elementwise || node.primitive->kind == Kind::source) continue;
    for (std::size_t k = 0; k < node.operand_count; ++k) {
      Node& operand =
          builder.graph()
              .nodes[static_cast<std::size_t>(builder.graph().operand_ids[node.first_operand + k])];
      if (operand.primitive == &primitive::constant) operand.primitive = &primitive::fill;
    }
  }

  const auto owner = [](Value value) {
    while (value.node().primitive->kind == Kind::view) value = value.operand(0);
    return value;
  };
  std::vector<Value> values;
  for (const Output& output : graph.outputs) values.push_back(renamed[static_cast<std::size_t>(output.node)]);
  std::vector<NodeId> taken;
  for (const bool new_states : {false, true}) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      Value& value = values[i];
      const bool to_state = graph.outputs[i].binding.block == block::states;
      const Node source = owner(value).node();
      if (to_state && !new_states) {
        // What is another state now is kept until that one is overwritten.
        if (source.primitive == &primitive::input && source.attributes.integers[0] == block::states)
          value = builder.apply(primitive::copy, {value});
        continue;
      }
      if (to_state != new_states) continue;
      if (is_constant(value))
        builder.graph().nodes[static_cast<std::size_t>(value.id)].primitive = &primitive::fill;
      const bool elsewhere = owner(value).node().primitive->kind == Kind::source || to_state ||
                             std::ranges::find(taken, owner(value).id) != taken.end();
      if (elsewhere) value = builder.apply(primitive::copy, {value});
      taken.push_back(owner(value).id);
    }
  }
  for (std::size_t i = 0; i < values.size(); ++i) builder.output(values[i], graph.outputs[i].binding);
  return std::move(builder.graph());
}

}  // namespace ctnn
