#pragma once
#include <ctnn/ops/source.hpp>
#include <span>
#include <vector>

namespace ctnn::formula {

/// Stands for a type where a value must.
using TypeKey = const char*;
template <class T>
inline constexpr char type_key{};

/// The graph that a formula becomes. A formula is a tree in which the same type may stand a million times
/// (y = y * y + sin(y), some levels deep): each is lowered once.
class Lowering {
 public:
  /// `variables` are the keys of the formula's variables; variable i is bound to block 1 + i. The numbers
  /// that the formula holds are bound to the block after them, unless `constants` gives their values.
  /// `arguments`, if there are any, stand for the variables.
  constexpr Lowering(GraphBuilder& builder, std::span<const TypeKey> variables, const double* constants,
                     std::span<const Value> arguments = {})
      : builder_(builder), variables_(variables), constants_(constants), arguments_(arguments) {}

  constexpr GraphBuilder& builder() { return builder_; }

  /// The value of a formula whose first number is the given one.
  template <class E>
  constexpr Value lower(std::size_t constant) {
    const std::size_t place = E::constant_count == 0 ? 0 : constant;
    for (std::size_t i = known_.size(); i-- > 0;)
      if (known_[i].key == &type_key<E> && known_[i].constant == place) return known_[i].value;
    const Value value = E::lower(*this, constant);
    known_.push_back({&type_key<E>, place, value});
    return value;
  }

  constexpr Value variable(TypeKey key, const Extents& shape) {
    std::size_t i = 0;
    while (variables_[i] != key) ++i;
    if (!arguments_.empty()) return arguments_[i];
    return input(builder_, shape, {1 + i, 0});
  }
  constexpr Value constant(std::size_t i) {
    if (constants_ != nullptr) return ctnn::constant(builder_, constants_[i], {});
    return input(builder_, {}, {1 + variables_.size(), i});
  }

 private:
  struct Known {
    TypeKey key;
    std::size_t constant;
    Value value;
  };
  GraphBuilder& builder_;
  std::span<const TypeKey> variables_;
  const double* constants_;
  std::span<const Value> arguments_;
  std::vector<Known> known_;
};

}  // namespace ctnn::formula
