#pragma once
#include <ctnn/ops/arithmetic.hpp>

namespace ctnn {

/// Reverse mode: the product of `seeds`, one per output, with the Jacobian of `outputs` by `inputs`. Built
/// beside the values it differentiates, so that it can be differentiated again. An absent result is zero.
/// (Griewank and Walther, Evaluating Derivatives, 2nd edition, section 3.2.)
constexpr std::vector<Value> vjp(std::span<const Value> outputs, std::span<const Value> seeds,
                                 std::span<const Value> inputs) {
  GraphBuilder& builder = *outputs.front().builder;
  const std::size_t size = builder.size();
  Flags active(size, false);
  for (const Value& input : inputs) active[static_cast<std::size_t>(input.id)] = true;
  for (std::size_t i = 0; i < size; ++i)
    for (NodeId operand : builder.graph().view().operands(builder.graph().nodes[i]))
      if (active[static_cast<std::size_t>(operand)]) active[i] = true;

  std::vector<Value> adjoints(size);
  const auto accumulate = [&](const Value& value, const Value& term) {
    Value& total = adjoints[static_cast<std::size_t>(value.id)];
    if (term) total = total ? total + term : term;
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) accumulate(outputs[i], seeds[i]);

  for (std::size_t i = size; i-- > 0;) {
    const Node node = builder.graph().nodes[i];
    if (!adjoints[i] || !active[i] || node.operand_count == 0) continue;
    std::vector<Value> operands, contributions(node.operand_count);
    for (std::size_t k = 0; k < node.operand_count; ++k)
      operands.push_back(builder.value(builder.graph().operand_ids[node.first_operand + k]));
    node.primitive->adjoint({builder.value(static_cast<NodeId>(i)), operands, node.attributes}, adjoints[i],
                            contributions);
    for (std::size_t k = 0; k < operands.size(); ++k)
      if (active[static_cast<std::size_t>(operands[k].id)]) accumulate(operands[k], contributions[k]);
  }

  std::vector<Value> results;
  for (const Value& input : inputs) results.push_back(adjoints[static_cast<std::size_t>(input.id)]);
  return results;
}

/// The gradient of a scalar by each of `inputs`: zeros where it does not depend on one.
constexpr std::vector<Value> gradient(Value scalar, std::span<const Value> inputs) {
  const Value one = constant_like(scalar, 1);
  std::vector<Value> results = vjp(std::span(&scalar, 1), std::span(&one, 1), inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (!results[i]) results[i] = constant_like(inputs[i], 0);
  return results;
}

}  // namespace ctnn
