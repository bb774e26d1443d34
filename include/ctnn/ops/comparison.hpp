#pragma once
#include <ctnn/ops/arithmetic.hpp>

namespace ctnn {

constexpr Value select(Value condition, Value yes, Value no);

namespace detail {

/// A comparison: locally constant, so it has no derivative. False where an operand is NaN.
struct Comparison {
  static constexpr std::size_t arity = 2;
  static constexpr ElementType type = ElementType::boolean;
  static constexpr Value derivative(const Application&, std::size_t, Value) { return {}; }
};

struct Less : Comparison {
  static constexpr std::string_view name = "less";
  static constexpr auto value(const auto& x, const auto& y) { return x < y; }
};
struct LessEqual : Comparison {
  static constexpr std::string_view name = "less_equal";
  static constexpr auto value(const auto& x, const auto& y) { return x <= y; }
};
struct Equal : Comparison {
  static constexpr std::string_view name = "equal";
  static constexpr bool commutative = true;
  static constexpr auto value(const auto& x, const auto& y) { return x == y; }
};

struct Select {
  static constexpr std::string_view name = "select";
  static constexpr std::size_t arity = 3;
  static constexpr std::size_t condition_operand = 0;
  static constexpr auto value(const auto& condition, const auto& yes, const auto& no) {
    using scalar::select;
    if constexpr (requires { select(condition, yes, no); })
      return select(condition, yes, no);
    else  // not by !=, which xsimd 8.1 takes for false of a NaN
      return select(condition == 0, no, yes);
  }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    const Value zero = constant_like(u, 0);
    return i == 0 ? Value{} : i == 1 ? select(at.operands[0], u, zero) : select(at.operands[0], zero, u);
  }
  static constexpr Value simplify(const Application& at) {
    if (is_constant(at.operands[0])) return at.operands[is_constant(at.operands[0], 0) ? 2 : 1];
    return at.operands[1] == at.operands[2] ? at.operands[1] : Value{};
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive less = elementwise_primitive<detail::Less>();
inline constexpr Primitive less_equal = elementwise_primitive<detail::LessEqual>();
inline constexpr Primitive equal = elementwise_primitive<detail::Equal>();
inline constexpr Primitive select = elementwise_primitive<detail::Select>();
}  // namespace primitive
template <>
struct Definition<&primitive::less> : detail::Less {};
template <>
struct Definition<&primitive::less_equal> : detail::LessEqual {};
template <>
struct Definition<&primitive::equal> : detail::Equal {};
template <>
struct Definition<&primitive::select> : detail::Select {};

/// Truth values, which compute as the numbers 1 and 0; false where an operand is NaN.
constexpr Value less(Value x, Value y) {
  return apply_elementwise(primitive::less, {x, y});
}
constexpr Value less_equal(Value x, Value y) {
  return apply_elementwise(primitive::less_equal, {x, y});
}
constexpr Value equal(Value x, Value y) {
  return apply_elementwise(primitive::equal, {x, y});
}
/// `yes` where the condition is not zero, else `no`; the derivative goes to the branch taken. Both are
/// computed: where the other's derivative is infinite, reverse mode multiplies it by zero, which is NaN.
constexpr Value select(Value condition, Value yes, Value no) {
  return apply_elementwise(primitive::select, {condition, yes, no});
}
/// 1 where the condition holds, else 0, as numbers.
constexpr Value indicator(Value condition) {
  return select(condition, constant_like(condition, 1), constant_like(condition, 0));
}

}  // namespace ctnn
