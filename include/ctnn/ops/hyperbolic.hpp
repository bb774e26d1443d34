#pragma once
#include <ctnn/ops/power.hpp>

namespace ctnn {

constexpr Value sinh(Value x);
constexpr Value cosh(Value x);

namespace detail {

struct Sinh : CostlyFunction<scalar::operations::sinh> {
  static constexpr std::string_view name = "sinh";
  static constexpr auto value(const auto& x) { return scalar::sinh(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * cosh(at.operands[0]);
  }
};

struct Cosh : CostlyFunction<scalar::operations::cosh> {
  static constexpr std::string_view name = "cosh";
  static constexpr auto value(const auto& x) { return scalar::cosh(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * sinh(at.operands[0]);
  }
};

/// The derivative is cheap, and PyTorch's. From |x| ≈ 10 on it has an absolute accuracy only, of 2^-53.
struct Tanh : CostlyFunction<scalar::operations::tanh> {
  static constexpr std::string_view name = "tanh";
  static constexpr auto value(const auto& x) { return scalar::tanh(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (1.0 - at.result * at.result);
  }
};

struct Asinh : CostlyFunction<scalar::operations::asinh> {
  static constexpr std::string_view name = "asinh";
  static constexpr auto value(const auto& x) { return scalar::asinh(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / hypot(at.operands[0], constant_like(u, 1));
  }
};

struct Acosh : CostlyFunction<scalar::operations::acosh> {
  static constexpr std::string_view name = "acosh";
  static constexpr auto value(const auto& x) { return scalar::acosh(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    // One root of the product would overflow.
    return u / (sqrt(at.operands[0] - 1.0) * sqrt(at.operands[0] + 1.0));
  }
};

struct Atanh : CostlyFunction<scalar::operations::atanh> {
  static constexpr std::string_view name = "atanh";
  static constexpr auto value(const auto& x) { return scalar::atanh(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / ((1.0 - at.operands[0]) * (1.0 + at.operands[0]));
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive sinh = elementwise_primitive<detail::Sinh>();
inline constexpr Primitive cosh = elementwise_primitive<detail::Cosh>();
inline constexpr Primitive tanh = elementwise_primitive<detail::Tanh>();
inline constexpr Primitive asinh = elementwise_primitive<detail::Asinh>();
inline constexpr Primitive acosh = elementwise_primitive<detail::Acosh>();
inline constexpr Primitive atanh = elementwise_primitive<detail::Atanh>();
}  // namespace primitive
template <>
struct Definition<&primitive::sinh> : detail::Sinh {};
template <>
struct Definition<&primitive::cosh> : detail::Cosh {};
template <>
struct Definition<&primitive::tanh> : detail::Tanh {};
template <>
struct Definition<&primitive::asinh> : detail::Asinh {};
template <>
struct Definition<&primitive::acosh> : detail::Acosh {};
template <>
struct Definition<&primitive::atanh> : detail::Atanh {};

/// Hyperbolic functions.
constexpr Value sinh(Value x) {
  return apply_elementwise(primitive::sinh, {x});
}
constexpr Value cosh(Value x) {
  return apply_elementwise(primitive::cosh, {x});
}
constexpr Value asinh(Value x) {
  return apply_elementwise(primitive::asinh, {x});
}
constexpr Value acosh(Value x) {
  return apply_elementwise(primitive::acosh, {x});
}
constexpr Value atanh(Value x) {
  return apply_elementwise(primitive::atanh, {x});
}
namespace ops {
constexpr Value tanh(Value x) {
  return apply_elementwise(primitive::tanh, {x});
}
}  // namespace ops

}  // namespace ctnn
