#pragma once
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/storage.hpp>

namespace ctnn {

/// `graph` with every output in memory of its own, and every constant that a kernel reads filled in: what
/// fusion and the memory plan take for granted. New states are copied last, after every reader of the old
/// ones.
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

  std::vector<NodeId> taken;
  for (const Output& output : graph.outputs) {
    Value value = renamed[static_cast<std::size_t>(output.node)];
    if (is_constant(value))
      builder.graph().nodes[static_cast<std::size_t>(value.id)].primitive = &primitive::fill;
    Value owner = value;
    while (owner.node().primitive->kind == Kind::view) owner = owner.operand(0);
    const bool elsewhere = owner.node().primitive->kind == Kind::source ||
                           output.binding.block == block::states ||
                           std::ranges::find(taken, owner.id) != taken.end();
    if (elsewhere) value = builder.apply(primitive::copy, {value});
    taken.push_back(elsewhere ? value.id : owner.id);
    builder.output(value, output.binding);
  }
  return std::move(builder.graph());
}

}  // namespace ctnn
