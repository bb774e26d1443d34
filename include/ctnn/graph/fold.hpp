#pragma once
#include <ctnn/ops/arithmetic.hpp>

namespace ctnn::detail {

constexpr bool is_owned(const Node& node) {
  return node.primitive == &primitive::constant ||
         (node.primitive == &primitive::input &&
          (node.attributes.integers[0] == block::parameters || node.attributes.integers[0] == block::states));
}

/// Moves factors that are known before the call into the weight of the product or convolution whose result
/// they multiply, past terms that are known too: a normalisation behind a layer is then no work. What other
/// nodes read as well stays as it is.
class Folding {
 public:
  /// Counts the readers that x will have.
  constexpr void read(Value x, std::size_t count) {
    readers_.resize(x.builder->size(), 0);
    readers_[at(x)] += count;
  }

  /// Less work for a product or sum of two, or an absent value.
  constexpr Value operator()(Value x) {
    const bool multiplies = x.is(primitive::multiply);
    if (!multiplies && !x.is(primitive::add)) return {};
    for (std::size_t k = 0; k < 2; ++k)
      if (is_known(x.operand(k)) && !is_known(x.operand(1 - k)))
        return multiplies ? multiply(x.operand(1 - k), x.operand(k)) : add(x.operand(1 - k), x.operand(k));
    return {};
  }

 private:
  static constexpr std::size_t at(Value x) { return static_cast<std::size_t>(x.id); }

  /// Whether x depends on parameters, states and constants alone.
  constexpr bool is_known(Value x) {
    for (GraphBuilder& builder = *x.builder; known_.size() < builder.size();) {
      const Value next = builder.value(static_cast<NodeId>(known_.size()));
      bool known = next.operand_count() > 0 || is_owned(next.node());
      for (std::size_t k = 0; k < next.operand_count(); ++k) known = known && known_[at(next.operand(k))];
      known_.push_back(known);
    }
    return known_[at(x)];
  }
  constexpr bool is_shared(Value x) const { return at(x) < readers_.size() && readers_[at(x)] > 1; }

  /// The known operand of a sum that is read here alone; its number, or 2 if there is none.
  constexpr std::size_t known_term(Value sum) {
    if (!sum.is(primitive::add) || is_shared(sum)) return 2;
    return is_known(sum.operand(0)) ? 0 : is_known(sum.operand(1)) ? 1 : 2;
  }

  constexpr Value multiply(Value x, Value factor) {
    if (const std::size_t k = known_term(x); k < 2) {
      const Value product = multiply(x.operand(1 - k), factor);
      const Value term = product ? repeated(x.operand(k), factor, primitive::multiply) : Value{};
      return term ? product + term : Value{};
    }
    const auto rule = x.node().primitive->scale;
    if (rule == nullptr || is_shared(x) || !is_known(x.operand(1))) return {};
    const Value operands[]{x.operand(0), x.operand(1)};
    const Attributes attributes = x.node().attributes;  // a copy: the rule appends nodes
    return rule({x, operands, attributes}, factor);
  }

  constexpr Value add(Value x, Value term) {
    const std::size_t k = known_term(x);
    const Value both = k < 2 ? repeated(x.operand(k), term, primitive::add) : Value{};
    return both ? x.operand(1 - k) + both : Value{};
  }

  /// An operation on two values, applied before they are repeated; absent if they are not repeated alike.
  static constexpr Value repeated(Value x, Value y, const Primitive& primitive) {
    if (!x.is(primitive::broadcast) && !y.is(primitive::broadcast))
      return apply_elementwise(primitive, {x, y});
    if (!x.is(primitive::broadcast) || !y.is(primitive::broadcast) ||
        x.operand(0).shape() != y.operand(0).shape())
      return {};
    return broadcast(apply_elementwise(primitive, {x.operand(0), y.operand(0)}), x.shape());
  }

  Flags known_;
  List<std::size_t> readers_;
};

}  // namespace ctnn::detail
