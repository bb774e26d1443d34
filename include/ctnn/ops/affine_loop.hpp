#pragma once
#include <ctnn/ops/cumulative.hpp>
#include <ctnn/ops/loop_body.hpp>

namespace ctnn::detail {

/// A value of a loop's body in all steps at once, [steps]: factor · state + term. Either may be absent, as
/// zero.
struct AffineInState {
  Value factor{}, term{};

  constexpr AffineInState plus(const AffineInState& other) const {
    return {sum_of(factor, other.factor), sum_of(term, other.term)};
  }
  constexpr AffineInState mapped(auto f) const {
    return {factor ? f(factor) : Value{}, term ? f(term) : Value{}};
  }

 private:
  static constexpr Value sum_of(Value x, Value y) { return !x ? y : !y ? x : x + y; }
};

/// What a body of numbers makes of its only state, where that is affine in the state, in all steps at once;
/// absent where it is not, or where the body is more than elementwise work.
class AffineBody {
 public:
  constexpr AffineBody(const LoopForm& form, Value captured, Value rows, GraphBuilder& builder)
      : steps_{form.steps}, captured_(captured), rows_(rows), builder_(builder) {
    const GraphView body = form.body->graph;
    if (form.state_size != 1) return;
    for (const Node& node : body.nodes) {
      if (node.shape.elements() != 1 || !append(node, body.operands(node))) return;
    }
    next = values_[static_cast<std::size_t>(body.outputs[0].node)];
  }

  AffineInState next{};

 private:
  constexpr bool append(const Node& node, std::span<const NodeId> operands) {
    AffineInState x[3];
    for (std::size_t i = 0; i < operands.size() && i < 3; ++i)
      x[i] = values_[static_cast<std::size_t>(operands[i])];
    const bool is_free = !x[0].factor && !x[1].factor && !x[2].factor;
    if (node.primitive == &primitive::input) {
      values_.push_back(read(node.attributes.integers[0], node.attributes.integers[1]));
    } else if (node.primitive == &primitive::constant) {
      values_.push_back({{}, constant(builder_, node.attributes.scalar, steps_)});
    } else if (node.primitive->kind == Kind::view || node.primitive->kind == Kind::broadcast) {
      values_.push_back(x[0]);
    } else if (node.primitive->kind == Kind::elementwise && is_free) {
      Value terms[3];
      for (std::size_t i = 0; i < operands.size(); ++i) terms[i] = x[i].term;
      const std::span<const Value> all(terms, operands.size());
      values_.push_back({{}, builder_.apply(*node.primitive, all, node.attributes)});
    } else if (node.primitive == &primitive::negate) {
      values_.push_back(x[0].mapped([](Value v) { return -v; }));
    } else if (node.primitive == &primitive::add) {
      values_.push_back(x[0].plus(x[1]));
    } else if (node.primitive == &primitive::subtract) {
      values_.push_back(x[0].plus(x[1].mapped([](Value v) { return -v; })));
    } else if (node.primitive == &primitive::multiply && !(x[0].factor && x[1].factor)) {
      const AffineInState &dependent = x[x[0].factor ? 0 : 1], &free = x[x[0].factor ? 1 : 0];
      values_.push_back(dependent.mapped([&](Value v) { return v * free.term; }));
    } else if (node.primitive == &primitive::divide && !x[1].factor) {
      values_.push_back(x[0].mapped([&](Value v) { return v / x[1].term; }));
    } else {
      return false;
    }
    return true;
  }
  constexpr AffineInState read(std::size_t block, std::size_t offset) const {
    if (block == LoopBody::state_block) return {constant(builder_, 1, steps_), {}};
    if (block == LoopBody::captured_block) return {{}, broadcast(slice(captured_, {offset}, {1}), steps_)};
    return {{}, reshape(slice(rows_, {0, offset}, {steps_[0], 1}), steps_)};
  }

  Extents steps_;
  Value captured_, rows_;
  GraphBuilder& builder_;
  List<AffineInState> values_;
};

/// The states of a loop that is a linear recurrence of one number, [steps, 1]; absent where it is none.
constexpr Value linear_states(const LoopForm& form, Value first, Value captured, Value rows) {
  if (!form.history || form.path != 0 || form.backward) return {};
  GraphBuilder& builder = *first.builder;
  const AffineInState next = AffineBody(form, captured, rows, builder).next;
  if (!next.factor || !next.term) return {};
  Value term = next.term;
  if (!is_constant(first, 0)) term = term + pad(slice(next.factor, {0}, {1}) * first, {0}, term.shape());
  return reshape(linear_recurrence(next.factor, term, 0), form.result());
}

}  // namespace ctnn::detail
