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
  Flags flags(size, false);
  char* active = flags.data();
  for (const Value& input : inputs) active[input.id] = true;
  const NodeId* ids = builder.graph().operand_ids.data();
  for (std::size_t i = 0; i < size; ++i) {
    const Node& node = builder.node(static_cast<NodeId>(i));
    if (node.primitive == &primitive::stop_gradient) continue;
    for (std::size_t k = node.first_operand, end = k + node.operand_count; k < end; ++k)
      if (active[ids[k]]) active[i] = true;
  }

  std::vector<Value> totals(size);
  Value* adjoints = totals.data();
  const auto accumulate = [adjoints](NodeId id, const Value& term) {
    if (term) adjoints[id] = adjoints[id] ? adjoints[id] + term : term;
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) accumulate(outputs[i].id, seeds[i]);

  for (std::size_t i = size; i-- > 0;) {
    if (!active[i] || !adjoints[i]) continue;
    const Node node = builder.node(static_cast<NodeId>(i));  // a copy: rules append nodes
    Value operands[Signature::max_operands], terms[Signature::max_operands];
    unsigned unwanted = 0;
    for (std::size_t k = 0; k < node.operand_count; ++k) {
      operands[k] = builder.value(builder.graph().operand_ids[node.first_operand + k]);
      if (!active[operands[k].id]) unwanted |= 1u << k;
    }
    if (node.operand_count > 0)
      node.primitive->adjoint(
          {builder.value(static_cast<NodeId>(i)), {operands, node.operand_count}, node.attributes, unwanted},
          adjoints[i], {terms, node.operand_count});
    for (std::size_t k = 0; k < node.operand_count; ++k)
      if (active[operands[k].id]) accumulate(operands[k].id, terms[k]);
  }

  std::vector<Value> results;
  for (const Value& input : inputs) results.push_back(adjoints[input.id]);
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
