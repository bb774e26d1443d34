#pragma once
#include <ctnn/ops/piecewise.hpp>

namespace ctnn {

namespace ops {
constexpr Value sigmoid(Value x);
}

namespace detail {

/// The derivative is cheap, and PyTorch's. From x ≈ 20 on it has an absolute accuracy only, of 2^-53: of
/// s = 1 - e^-x, 1 - s keeps few digits. tanh's likewise, on both sides.
struct Sigmoid : CostlyFunction<scalar::operations::exp + 2> {
  static constexpr std::string_view name = "sigmoid";
  template <class T>
  static constexpr T value(const T& x) {
    return T(1) / (T(1) + scalar::exp(T(-x)));
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (at.result * (1.0 - at.result));
  }
};

/// log(1 + e^x) in the form that does not overflow. A primitive, because that form is smooth at 0 though its
/// parts are not.
struct Softplus : CostlyFunction<scalar::operations::exp + scalar::operations::log1p + 1> {
  static constexpr std::string_view name = "softplus";
  template <class T>
  static constexpr T value(const T& x) {
    return T(Relu::value(x) + scalar::log1p(scalar::exp(T(-Abs::value(x)))));
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * ops::sigmoid(at.operands[0]);
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive sigmoid = elementwise_primitive<detail::Sigmoid>();
inline constexpr Primitive softplus = elementwise_primitive<detail::Softplus>();
}  // namespace primitive
template <>
struct Definition<&primitive::sigmoid> : detail::Sigmoid {};
template <>
struct Definition<&primitive::softplus> : detail::Softplus {};

namespace ops {
/// 1 / (1 + e^-x).
constexpr Value sigmoid(Value x) {
  return apply_elementwise(primitive::sigmoid, {x});
}
}  // namespace ops
/// log(1 + e^x), without overflow; its derivative is sigmoid.
constexpr Value softplus(Value x) {
  return apply_elementwise(primitive::softplus, {x});
}

}  // namespace ctnn
