#pragma once
#include <ctnn/graph/graph_builder.hpp>

namespace ctnn {

/// Forward mode: the product of the Jacobian of `outputs` by `inputs` with `directions`, one per input. Built
/// beside the values it differentiates; of a gradient it is a Hessian-vector product. An absent result is
/// zero. (Griewank and Walther, Evaluating Derivatives, 2nd edition, section 3.1.)
constexpr std::vector<Value> jvp(std::span<const Value> outputs, std::span<const Value> inputs,
                                 std::span<const Value> directions) {
  GraphBuilder& builder = *outputs.front().builder;
  const std::size_t size = builder.size();
  std::vector<Value> tangents(size);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    tangents[static_cast<std::size_t>(inputs[i].id)] = directions[i];

  for (std::size_t i = 0; i < size; ++i) {
    const Node node = builder.graph().nodes[i];
    std::vector<Value> operands, along;
    bool moves = false;
    for (std::size_t k = 0; k < node.operand_count; ++k) {
      operands.push_back(builder.value(builder.graph().operand_ids[node.first_operand + k]));
      along.push_back(tangents[static_cast<std::size_t>(operands.back().id)]);
      moves = moves || along.back();
    }
    if (moves)
      tangents[i] =
          node.primitive->tangent({builder.value(static_cast<NodeId>(i)), operands, node.attributes}, along);
  }

  std::vector<Value> results;
  for (const Value& output : outputs) results.push_back(tangents[static_cast<std::size_t>(output.id)]);
  return results;
}

}  // namespace ctnn
