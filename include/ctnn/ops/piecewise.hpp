#pragma once
#include <ctnn/ops/comparison.hpp>

namespace ctnn {

constexpr Value sign(Value x);

namespace detail {

struct Abs {
  static constexpr std::string_view name = "abs";
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) {
    using scalar::abs;  // a batch brings its own
    return abs(x);
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * sign(at.operands[0]);
  }
};

/// -1, 0 or 1; the subgradient of abs at 0 is therefore 0.
struct Sign {
  static constexpr std::string_view name = "sign";
  static constexpr std::size_t arity = 1;
  template <class T>
  static constexpr T value(const T& x) {
    using scalar::select;
    return T(select(x > T(0), T(1), T(select(x < T(0), T(-1), x))));
  }
  static constexpr Value derivative(const Application&, std::size_t, Value) { return {}; }
};

/// NaN stays NaN. The subgradient at 0 is 0, read off the result so that the operand need not be kept.
struct Relu {
  static constexpr std::string_view name = "relu";
  static constexpr std::size_t arity = 1;
  template <class T>
  static constexpr T value(const T& x) {
    using scalar::select;
    return T(select(x <= T(0), T(0), x));
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return select(less_equal(at.result, constant_like(u, 0)), constant_like(u, 0), u);
  }
};

/// Constant but where it jumps, so that it has no derivative.
struct Floor {
  static constexpr std::string_view name = "floor";
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) { return scalar::floor(x); }
  static constexpr Value derivative(const Application&, std::size_t, Value) { return {}; }
};

/// One of two operands; NaN if either is. A tie gives each operand half of the derivative, as PyTorch does.
struct Extremum {
  static constexpr std::size_t arity = 2;
  static constexpr bool commutative = true;
  /// `loses`: whether the operand isn't the result.
  static constexpr Value derivative(const Application& at, std::size_t i, Value u, auto loses) {
    const Value mine = at.operands[i], other = at.operands[1 - i];
    return select(equal(mine, other), u * 0.5, select(loses(mine, other), constant_like(u, 0), u));
  }
};

struct Maximum : Extremum {
  static constexpr std::string_view name = "maximum";
  static constexpr auto value(const auto& x, const auto& y) { return scalar::maximum(x, y); }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    return Extremum::derivative(at, i, u, [](Value mine, Value other) { return less(mine, other); });
  }
};

struct Minimum : Extremum {
  static constexpr std::string_view name = "minimum";
  static constexpr auto value(const auto& x, const auto& y) { return scalar::minimum(x, y); }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    return Extremum::derivative(at, i, u, [](Value mine, Value other) { return less(other, mine); });
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive abs = elementwise_primitive<detail::Abs>();
inline constexpr Primitive sign = elementwise_primitive<detail::Sign>();
inline constexpr Primitive relu = elementwise_primitive<detail::Relu>();
inline constexpr Primitive floor = elementwise_primitive<detail::Floor>();
inline constexpr Primitive maximum = elementwise_primitive<detail::Maximum>();
inline constexpr Primitive minimum = elementwise_primitive<detail::Minimum>();
}  // namespace primitive
template <>
struct Definition<&primitive::abs> : detail::Abs {};
template <>
struct Definition<&primitive::sign> : detail::Sign {};
template <>
struct Definition<&primitive::relu> : detail::Relu {};
template <>
struct Definition<&primitive::floor> : detail::Floor {};
template <>
struct Definition<&primitive::maximum> : detail::Maximum {};
template <>
struct Definition<&primitive::minimum> : detail::Minimum {};

/// Functions that are straight in pieces.
constexpr Value abs(Value x) {
  return apply_elementwise(primitive::abs, {x});
}
constexpr Value sign(Value x) {
  return apply_elementwise(primitive::sign, {x});
}
/// The largest whole number that is not above x.
constexpr Value floor(Value x) {
  return apply_elementwise(primitive::floor, {x});
}
constexpr Value maximum(Value x, Value y) {
  return apply_elementwise(primitive::maximum, {x, y});
}
constexpr Value minimum(Value x, Value y) {
  return apply_elementwise(primitive::minimum, {x, y});
}
/// x, but at least `low` and at most `high`. At a bound the derivative is x's; NaN stays NaN.
constexpr Value clamp(Value x, Value low, Value high) {
  if (is_constant(low) && is_constant(high) && low.node().attributes.scalar > high.node().attributes.scalar)
    return x.builder->fail(x, "is clamped to a lower bound above the upper one");
  return select(less(x, low), low, select(less(high, x), high, x));
}
constexpr Value clamp(Value x, double low, double high) {
  return clamp(x, constant_like(x, low), constant_like(x, high));
}
namespace ops {
constexpr Value relu(Value x) {
  return apply_elementwise(primitive::relu, {x});
}
}  // namespace ops

}  // namespace ctnn
