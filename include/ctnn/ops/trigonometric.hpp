#pragma once
#include <ctnn/ops/power.hpp>

namespace ctnn {

constexpr Value sin(Value x);
constexpr Value cos(Value x);

namespace detail {

struct Sin : CostlyFunction<scalar::operations::sin> {
  static constexpr std::string_view name = "sin";
  static constexpr auto value(const auto& x) { return scalar::sin(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * cos(at.operands[0]);
  }
};

struct Cos : CostlyFunction<scalar::operations::cos> {
  static constexpr std::string_view name = "cos";
  static constexpr auto value(const auto& x) { return scalar::cos(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return -(u * sin(at.operands[0]));
  }
};

struct Tan : CostlyFunction<scalar::operations::tan> {
  static constexpr std::string_view name = "tan";
  static constexpr auto value(const auto& x) { return scalar::tan(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (1.0 + at.result * at.result);
  }
};

/// The cosine of an angle with this sine.
constexpr Value cosine_of_sine(Value x) {
  return sqrt((1.0 - x) * (1.0 + x));
}

struct Asin : CostlyFunction<scalar::operations::asin> {
  static constexpr std::string_view name = "asin";
  static constexpr auto value(const auto& x) { return scalar::asin(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / cosine_of_sine(at.operands[0]);
  }
};

struct Acos : CostlyFunction<scalar::operations::acos> {
  static constexpr std::string_view name = "acos";
  static constexpr auto value(const auto& x) { return scalar::acos(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return -(u / cosine_of_sine(at.operands[0]));
  }
};

struct Atan : CostlyFunction<scalar::operations::atan> {
  static constexpr std::string_view name = "atan";
  static constexpr auto value(const auto& x) { return scalar::atan(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / (1.0 + at.operands[0] * at.operands[0]);
  }
};

/// The angle of the point (x, y), from y and x. NaN is its derivative at the origin, where it has none.
struct Atan2 : CostlyFunction<scalar::operations::atan2> {
  static constexpr std::string_view name = "atan2";
  static constexpr std::size_t arity = 2;
  static constexpr auto value(const auto& y, const auto& x) { return scalar::atan2(y, x); }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    const Value radius = hypot(at.operands[0], at.operands[1]);
    const Value result = u * (at.operands[1 - i] / radius) / radius;
    return i == 0 ? result : -result;
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive sin = elementwise_primitive<detail::Sin>();
inline constexpr Primitive cos = elementwise_primitive<detail::Cos>();
inline constexpr Primitive tan = elementwise_primitive<detail::Tan>();
inline constexpr Primitive asin = elementwise_primitive<detail::Asin>();
inline constexpr Primitive acos = elementwise_primitive<detail::Acos>();
inline constexpr Primitive atan = elementwise_primitive<detail::Atan>();
inline constexpr Primitive atan2 = elementwise_primitive<detail::Atan2>();
}  // namespace primitive
template <>
struct Definition<&primitive::sin> : detail::Sin {};
template <>
struct Definition<&primitive::cos> : detail::Cos {};
template <>
struct Definition<&primitive::tan> : detail::Tan {};
template <>
struct Definition<&primitive::asin> : detail::Asin {};
template <>
struct Definition<&primitive::acos> : detail::Acos {};
template <>
struct Definition<&primitive::atan> : detail::Atan {};
template <>
struct Definition<&primitive::atan2> : detail::Atan2 {};

/// Angles are in radians.
constexpr Value sin(Value x) {
  return apply_elementwise(primitive::sin, {x});
}
constexpr Value cos(Value x) {
  return apply_elementwise(primitive::cos, {x});
}
constexpr Value tan(Value x) {
  return apply_elementwise(primitive::tan, {x});
}
constexpr Value asin(Value x) {
  return apply_elementwise(primitive::asin, {x});
}
constexpr Value acos(Value x) {
  return apply_elementwise(primitive::acos, {x});
}
constexpr Value atan(Value x) {
  return apply_elementwise(primitive::atan, {x});
}
/// The angle of the point (x, y), in [-π, π].
constexpr Value atan2(Value y, Value x) {
  return apply_elementwise(primitive::atan2, {y, x});
}

}  // namespace ctnn
