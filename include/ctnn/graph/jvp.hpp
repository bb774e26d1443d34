#pragma once
#include <ctnn/graph/graph_builder.hpp>

namespace ctnn {

/// Forward mode along one direction. Each node is differentiated once, when something asks for it: tangents
/// of tangents share what they have in common. (Griewank and Walther, Evaluating Derivatives, 2nd edition,
/// section 3.1.)
class Tangents {
 public:
  /// `inputs` move along `directions`, one per input; all else that does not depend on them stays.
  constexpr Tangents(std::span<const Value> inputs, std::span<const Value> directions) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto id = static_cast<std::size_t>(inputs[i].id);
      if (id >= tangents_.size()) grow(id + 1);
      tangents_[id] = directions[i];
      known_[id] = true;
    }
  }

  /// The tangents of `outputs`; an absent one is zero.
  constexpr std::vector<Value> of(std::span<const Value> outputs) {
    GraphBuilder& builder = *outputs.front().builder;
    const std::size_t size = builder.size();
    if (size > tangents_.size()) grow(size);
    Flags flags(size, false);
    char* wanted = flags.data();
    for (const Value& output : outputs) wanted[output.id] = true;
    const NodeId* ids = builder.graph().operand_ids.data();
    for (std::size_t i = size; i-- > 0;) {
      wanted[i] = wanted[i] && !known_[i];
      if (!wanted[i]) continue;
      const Node& node = builder.node(static_cast<NodeId>(i));
      for (std::size_t k = node.first_operand, end = k + node.operand_count; k < end; ++k)
        wanted[ids[k]] = true;
    }
    for (std::size_t i = 0; i < size; ++i)
      if (wanted[i]) differentiate(builder, i);

    std::vector<Value> results;
    for (const Value& output : outputs) results.push_back(tangents_[static_cast<std::size_t>(output.id)]);
    return results;
  }

 private:
  constexpr void grow(std::size_t size) {
    tangents_.resize(size);
    known_.resize(size, false);
  }
  constexpr void differentiate(GraphBuilder& builder, std::size_t i) {
    known_[i] = true;
    const Node node = builder.node(static_cast<NodeId>(i));  // a copy: rules append nodes
    Value operands[Signature::max_operands], along[Signature::max_operands];
    bool moves = false;
    for (std::size_t k = 0; k < node.operand_count; ++k) {
      operands[k] = builder.value(builder.graph().operand_ids[node.first_operand + k]);
      along[k] = tangents_[static_cast<std::size_t>(operands[k].id)];
      moves = moves || along[k];
    }
    if (moves)
      tangents_[i] = node.primitive->tangent(
          {builder.value(static_cast<NodeId>(i)), {operands, node.operand_count}, node.attributes},
          {along, node.operand_count});
  }

  std::vector<Value> tangents_;
  Flags known_;
};

/// Forward mode: the product of the Jacobian of `outputs` by `inputs` with `directions`, one per input. Built
/// beside the values it differentiates; of a gradient it is a Hessian-vector product. An absent result is
/// zero.
constexpr std::vector<Value> jvp(std::span<const Value> outputs, std::span<const Value> inputs,
                                 std::span<const Value> directions) {
  return Tangents(inputs, directions).of(outputs);
}

}  // namespace ctnn
