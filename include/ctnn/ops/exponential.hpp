#pragma once
#include <ctnn/ops/comparison.hpp>
#include <numbers>

namespace ctnn {

namespace detail {

struct Exp : CostlyFunction<scalar::operations::exp> {
  static constexpr std::string_view name = "exp";
  static constexpr auto value(const auto& x) { return scalar::exp(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) { return u * at.result; }
};

struct Exp2 : CostlyFunction<scalar::operations::exp2> {
  static constexpr std::string_view name = "exp2";
  static constexpr auto value(const auto& x) { return scalar::exp2(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (at.result * std::numbers::ln2);
  }
};

/// The derivative, e^x, is one addition: in ELU, say, another exponential would cost more than the digits
/// below 2^-53 that it loses where x is far below 0.
struct Expm1 : CostlyFunction<scalar::operations::expm1> {
  static constexpr std::string_view name = "expm1";
  static constexpr auto value(const auto& x) { return scalar::expm1(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (at.result + 1.0);
  }
};

struct Log : CostlyFunction<scalar::operations::log> {
  static constexpr std::string_view name = "log";
  static constexpr auto value(const auto& x) { return scalar::log(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / at.operands[0];
  }
};

struct Log2 : CostlyFunction<scalar::operations::log2> {
  static constexpr std::string_view name = "log2";
  static constexpr auto value(const auto& x) { return scalar::log2(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / (at.operands[0] * std::numbers::ln2);
  }
};

struct Log10 : CostlyFunction<scalar::operations::log10> {
  static constexpr std::string_view name = "log10";
  static constexpr auto value(const auto& x) { return scalar::log10(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / (at.operands[0] * std::numbers::ln10);
  }
};

struct Log1p : CostlyFunction<scalar::operations::log1p> {
  static constexpr std::string_view name = "log1p";
  static constexpr auto value(const auto& x) { return scalar::log1p(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / (1.0 + at.operands[0]);
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive exp = elementwise_primitive<detail::Exp>();
inline constexpr Primitive exp2 = elementwise_primitive<detail::Exp2>();
inline constexpr Primitive expm1 = elementwise_primitive<detail::Expm1>();
inline constexpr Primitive log = elementwise_primitive<detail::Log>();
inline constexpr Primitive log2 = elementwise_primitive<detail::Log2>();
inline constexpr Primitive log10 = elementwise_primitive<detail::Log10>();
inline constexpr Primitive log1p = elementwise_primitive<detail::Log1p>();
}  // namespace primitive
template <>
struct Definition<&primitive::exp> : detail::Exp {};
template <>
struct Definition<&primitive::exp2> : detail::Exp2 {};
template <>
struct Definition<&primitive::expm1> : detail::Expm1 {};
template <>
struct Definition<&primitive::log> : detail::Log {};
template <>
struct Definition<&primitive::log2> : detail::Log2 {};
template <>
struct Definition<&primitive::log10> : detail::Log10 {};
template <>
struct Definition<&primitive::log1p> : detail::Log1p {};

/// Exponentials and logarithms. A product x · log x is NaN at x = 0, as in PyTorch: it has no limit that a
/// node could know of.
constexpr Value exp(Value x) {
  return apply_elementwise(primitive::exp, {x});
}
constexpr Value exp2(Value x) {
  return apply_elementwise(primitive::exp2, {x});
}
constexpr Value expm1(Value x) {
  return apply_elementwise(primitive::expm1, {x});
}
constexpr Value log(Value x) {
  return apply_elementwise(primitive::log, {x});
}
constexpr Value log2(Value x) {
  return apply_elementwise(primitive::log2, {x});
}
constexpr Value log10(Value x) {
  return apply_elementwise(primitive::log10, {x});
}
constexpr Value log1p(Value x) {
  return apply_elementwise(primitive::log1p, {x});
}

}  // namespace ctnn
