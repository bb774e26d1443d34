#pragma once
#include <ctnn/ops/elementwise.hpp>

namespace ctnn {

constexpr Value operator+(Value x, Value y);
constexpr Value operator-(Value x, Value y);
constexpr Value operator*(Value x, Value y);
constexpr Value operator/(Value x, Value y);
constexpr Value operator-(Value x);

namespace detail {

struct Add {
  static constexpr std::string_view name = "add";
  static constexpr std::size_t arity = 2;
  static constexpr bool commutative = true;
  static constexpr auto value(const auto& x, const auto& y) { return x + y; }
  static constexpr bool foldable(double x, double y) { return scalar::sum_is_finite(x, y); }
  static constexpr Value derivative(const Application&, std::size_t, Value u) { return u; }
  static constexpr Value simplify(const Application& at);
};

struct Subtract {
  static constexpr std::string_view name = "subtract";
  static constexpr std::size_t arity = 2;
  static constexpr auto value(const auto& x, const auto& y) { return x - y; }
  static constexpr bool foldable(double x, double y) { return scalar::sum_is_finite(x, -y); }
  static constexpr Value derivative(const Application&, std::size_t i, Value u) { return i == 0 ? u : -u; }
  static constexpr Value simplify(const Application& at);
};

struct Multiply {
  static constexpr std::string_view name = "multiply";
  static constexpr std::size_t arity = 2;
  static constexpr bool commutative = true;
  static constexpr auto value(const auto& x, const auto& y) { return x * y; }
  static constexpr bool foldable(double x, double y) { return scalar::product_is_finite(x, y); }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    return u * at.operands[1 - i];
  }
  static constexpr Value simplify(const Application& at);
};

struct Divide {
  static constexpr std::string_view name = "divide";
  static constexpr std::size_t arity = 2, operations = 1;
  static constexpr auto value(const auto& x, const auto& y) { return x / y; }
  static constexpr bool foldable(double x, double y) { return scalar::quotient_is_finite(x, y); }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    const Value quotient = u / at.operands[1];
    return i == 0 ? quotient : -(quotient * at.result);
  }
  static constexpr Value simplify(const Application& at);
};

struct Negate {
  static constexpr std::string_view name = "negate";
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) { return -x; }
  static constexpr Value derivative(const Application&, std::size_t, Value u) { return -u; }
  static constexpr Value simplify(const Application& at);
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive add = elementwise_primitive<detail::Add>();
inline constexpr Primitive subtract = elementwise_primitive<detail::Subtract>();
inline constexpr Primitive multiply = elementwise_primitive<detail::Multiply>();
inline constexpr Primitive divide = elementwise_primitive<detail::Divide>();
inline constexpr Primitive negate = elementwise_primitive<detail::Negate>();
}  // namespace primitive
template <>
struct Definition<&primitive::add> : detail::Add {};
template <>
struct Definition<&primitive::subtract> : detail::Subtract {};
template <>
struct Definition<&primitive::multiply> : detail::Multiply {};
template <>
struct Definition<&primitive::divide> : detail::Divide {};
template <>
struct Definition<&primitive::negate> : detail::Negate {};

/// Elementwise arithmetic, with NumPy's broadcasting.
constexpr Value operator+(Value x, Value y) {
  return apply_elementwise(primitive::add, {x, y});
}
constexpr Value operator-(Value x, Value y) {
  return apply_elementwise(primitive::subtract, {x, y});
}
constexpr Value operator*(Value x, Value y) {
  return apply_elementwise(primitive::multiply, {x, y});
}
constexpr Value operator/(Value x, Value y) {
  return apply_elementwise(primitive::divide, {x, y});
}
constexpr Value operator-(Value x) {
  return apply_elementwise(primitive::negate, {x});
}

/// A number in an expression of values, in the shape of its partner.
constexpr Value constant_like(Value x, double number) {
  return constant(*x.builder, number, x.shape());
}
constexpr Value operator+(Value x, double y) {
  return x + constant_like(x, y);
}
constexpr Value operator+(double x, Value y) {
  return y + x;
}
constexpr Value operator-(Value x, double y) {
  return x - constant_like(x, y);
}
constexpr Value operator-(double x, Value y) {
  return constant_like(y, x) - y;
}
constexpr Value operator*(Value x, double y) {
  return x * constant_like(x, y);
}
constexpr Value operator*(double x, Value y) {
  return y * x;
}
constexpr Value operator/(Value x, double y) {
  return x / constant_like(x, y);
}
constexpr Value operator/(double x, Value y) {
  return constant_like(y, x) / y;
}

namespace detail {

constexpr Value Add::simplify(const Application& at) {
  const Value x = at.operands[0], y = at.operands[1];
  if (is_constant(x, 0)) return y;
  if (is_constant(y, 0)) return x;
  if (y.is(primitive::negate)) return x - y.operand(0);
  if (x.is(primitive::negate)) return y - x.operand(0);
  return {};
}

constexpr Value Subtract::simplify(const Application& at) {
  const Value x = at.operands[0], y = at.operands[1];
  if (is_constant(y, 0)) return x;
  if (is_constant(x, 0)) return -y;
  if (y.is(primitive::negate)) return x + y.operand(0);
  return {};
}

/// A factor of zero is taken for a structural zero: it wins over infinities and NaN.
constexpr Value Multiply::simplify(const Application& at) {
  const Value* const factors = at.operands.data();
  for (std::size_t i = 0; i < 2; ++i) {
    const Node& x = factors[i].node();
    if (x.primitive == &primitive::constant) {
      const double number = x.attributes.scalar;
      if (number == 0) return factors[i];
      if (number == 1) return factors[1 - i];
      if (number == -1) return -factors[1 - i];
    }
    if (x.primitive == &primitive::negate) return -(factors[i].operand(0) * factors[1 - i]);
  }
  return {};
}

/// Whether dividing by `number` is multiplying by its reciprocal, to the last bit.
constexpr bool is_power_of_two(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  const auto exponent = bits >> 52 & 0x7FF;
  return (bits & 0xFFFFFFFFFFFFFu) == 0 && exponent > 1 && exponent < 2045;
}

constexpr Value Divide::simplify(const Application& at) {
  const Value x = at.operands[0], y = at.operands[1];
  if (is_constant(x, 0) && !is_constant(y, 0)) return x;
  if (is_constant(y, 1)) return x;
  if (is_constant(y) && is_power_of_two(y.node().attributes.scalar))
    return x * (1 / y.node().attributes.scalar);
  if (x.is(primitive::negate)) return -(x.operand(0) / y);
  return {};
}

constexpr Value Negate::simplify(const Application& at) {
  const Value x = at.operands[0];
  if (x.is(primitive::negate)) return x.operand(0);
  if (x.is(primitive::subtract)) return x.operand(1) - x.operand(0);
  return {};
}

}  // namespace detail
}  // namespace ctnn
