#pragma once
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/source.hpp>
#include <span>
#include <vector>

namespace ctnn::formula {

class Lowering;

/// What the lowering of a formula's type is, as a value: its address stands for the type. (Compilers spell
/// out the names of all functions that a type is an argument of, and a formula's name is long.)
struct Rule {
  Value (*lower)(Lowering&, std::size_t constant);
  std::size_t constant_count;
};
template <class E>
inline constexpr Rule rule{E::lower, E::constant_count};
using RuleKey = const Rule*;

/// The graph that a formula becomes. A formula is a tree in which the same type may stand a million times
/// (y = y * y + sin(y), some levels deep): each is lowered once.
class Lowering {
 public:
  /// `variables` are the keys of the formula's variables; variable i is bound to block 1 + i. The numbers
  /// that the formula holds are bound to the block after them, unless `constants` gives their values.
  /// `arguments`, if there are any, stand for the variables.
  constexpr Lowering(GraphBuilder& builder, std::span<const RuleKey> variables, const double* constants,
                     std::span<const Value> arguments = {})
      : builder_(builder), variables_(variables), constants_(constants), arguments_(arguments) {}

  constexpr GraphBuilder& builder() { return builder_; }

  /// The value of a formula whose first number is the given one.
  template <class E>
  constexpr Value lower(std::size_t constant) {
    return lower(rule<E>, constant);
  }
  constexpr Value lower(const Rule& formula, std::size_t constant) {
    const std::size_t place = formula.constant_count == 0 ? 0 : constant;
    for (std::size_t i = known_.size(); i-- > 0;)
      if (known_[i].formula == &formula && known_[i].constant == place) return known_[i].value;
    const Value value = formula.lower(*this, constant);
    known_.push_back({&formula, place, value});
    return value;
  }
  /// The same for one operand of several: `constant` becomes the first number of the next.
  constexpr Value lower_operand(const Rule& formula, std::size_t& constant) {
    const Value value = lower(formula, constant);
    constant += formula.constant_count;
    return value;
  }

  /// The graph of what the builder's outputs need, or what a formula's own pass makes of it.
  constexpr Graph finished() const { return finish_(builder_.graph().view()); }
  constexpr void finish_with(Graph (*pass)(GraphView)) { finish_ = pass; }

  constexpr Value variable(const Rule& variable, const Extents& shape) {
    std::size_t i = 0;
    while (variables_[i] != &variable) ++i;
    if (!arguments_.empty()) return arguments_[i];
    return input(builder_, shape, {1 + i, 0});
  }
  constexpr Value constant(std::size_t i) {
    if (constants_ != nullptr) return ctnn::constant(builder_, constants_[i], {});
    return input(builder_, {}, {1 + variables_.size(), i});
  }

 private:
  struct Known {
    RuleKey formula;
    std::size_t constant;
    Value value;
  };
  GraphBuilder& builder_;
  std::span<const RuleKey> variables_;
  const double* constants_;
  std::span<const Value> arguments_;
  std::vector<Known> known_;
  Graph (*finish_)(GraphView) = remove_dead;
};

}  // namespace ctnn::formula
