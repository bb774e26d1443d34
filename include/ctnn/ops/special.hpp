#pragma once
#include <ctnn/ops/exponential.hpp>
#include <numbers>

namespace ctnn {

constexpr Value digamma(Value x);
constexpr Value trigamma(Value x);
constexpr Value tetragamma(Value x);

namespace detail {

struct Erf : CostlyFunction<scalar::operations::erf> {
  static constexpr std::string_view name = "erf";
  static constexpr auto value(const auto& x) { return scalar::erf(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (2 * std::numbers::inv_sqrtpi * exp(-(at.operands[0] * at.operands[0])));
  }
};

struct Erfc : CostlyFunction<scalar::operations::erfc> {
  static constexpr std::string_view name = "erfc";
  static constexpr auto value(const auto& x) { return scalar::erfc(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (-2 * std::numbers::inv_sqrtpi * exp(-(at.operands[0] * at.operands[0])));
  }
};

struct Lgamma : CostlyFunction<scalar::operations::lgamma> {
  static constexpr std::string_view name = "lgamma";
  static constexpr auto value(const auto& x) { return scalar::lgamma(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * digamma(at.operands[0]);
  }
};

struct Digamma : CostlyFunction<scalar::operations::digamma> {
  static constexpr std::string_view name = "digamma";
  static constexpr auto value(const auto& x) { return scalar::digamma(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * trigamma(at.operands[0]);
  }
};

struct Trigamma : CostlyFunction<scalar::operations::trigamma> {
  static constexpr std::string_view name = "trigamma";
  static constexpr auto value(const auto& x) { return scalar::trigamma(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * tetragamma(at.operands[0]);
  }
};

struct Tetragamma : CostlyFunction<scalar::operations::tetragamma> {
  static constexpr std::string_view name = "tetragamma";
  static constexpr auto value(const auto& x) { return scalar::tetragamma(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return at.result.builder->fail(u,
                                   "differentiates lgamma four times, and has no derivative of tetragamma");
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive erf = elementwise_primitive<detail::Erf>();
inline constexpr Primitive erfc = elementwise_primitive<detail::Erfc>();
inline constexpr Primitive lgamma = elementwise_primitive<detail::Lgamma>();
inline constexpr Primitive digamma = elementwise_primitive<detail::Digamma>();
inline constexpr Primitive trigamma = elementwise_primitive<detail::Trigamma>();
inline constexpr Primitive tetragamma = elementwise_primitive<detail::Tetragamma>();
}  // namespace primitive
template <>
struct Definition<&primitive::erf> : detail::Erf {};
template <>
struct Definition<&primitive::erfc> : detail::Erfc {};
template <>
struct Definition<&primitive::lgamma> : detail::Lgamma {};
template <>
struct Definition<&primitive::digamma> : detail::Digamma {};
template <>
struct Definition<&primitive::trigamma> : detail::Trigamma {};
template <>
struct Definition<&primitive::tetragamma> : detail::Tetragamma {};

/// The error function, and its complement to 1.
constexpr Value erf(Value x) {
  return apply_elementwise(primitive::erf, {x});
}
constexpr Value erfc(Value x) {
  return apply_elementwise(primitive::erfc, {x});
}
/// log |Γ(x)|, ∞ at 0 and negative integers.
constexpr Value lgamma(Value x) {
  return apply_elementwise(primitive::lgamma, {x});
}
/// The derivative of lgamma; NaN at negative integers, ∓∞ at ±0.
constexpr Value digamma(Value x) {
  return apply_elementwise(primitive::digamma, {x});
}
/// The derivative of digamma; ∞ at 0 and negative integers.
constexpr Value trigamma(Value x) {
  return apply_elementwise(primitive::trigamma, {x});
}
/// The derivative of trigamma; NaN at negative integers, ∓∞ at ±0. It has no derivative here.
constexpr Value tetragamma(Value x) {
  return apply_elementwise(primitive::tetragamma, {x});
}

}  // namespace ctnn
