#pragma once
#include <ctnn/ops/comparison.hpp>

namespace ctnn {

constexpr Value exp(Value x);
constexpr Value sign(Value x);
namespace ops {
constexpr Value sigmoid(Value x);
}

namespace detail {

struct Exp {
  static constexpr std::string_view name = "exp";
  static constexpr bool costly = true;
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) {
    using scalar::exp;
    return exp(x);
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) { return u * at.result; }
};

struct Log {
  static constexpr std::string_view name = "log";
  static constexpr bool costly = true;
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) {
    using scalar::log;
    return log(x);
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / at.operands[0];
  }
};

struct Log1p {
  static constexpr std::string_view name = "log1p";
  static constexpr bool costly = true;
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) {
    using scalar::log1p;
    return log1p(x);
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u / (1.0 + at.operands[0]);
  }
};

struct Sqrt {
  static constexpr std::string_view name = "sqrt";
  static constexpr bool costly = true;
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) {
    using scalar::sqrt;
    return sqrt(x);
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * 0.5 / at.result;
  }
};

struct Tanh {
  static constexpr std::string_view name = "tanh";
  static constexpr bool costly = true;
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) {
    using scalar::tanh;
    return tanh(x);
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (1.0 - at.result * at.result);
  }
};

struct Sigmoid {
  static constexpr std::string_view name = "sigmoid";
  static constexpr bool costly = true;
  static constexpr std::size_t arity = 1;
  template <class T>
  static constexpr T value(const T& x) {
    using scalar::exp;
    return T(1) / (T(1) + exp(-x));
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (at.result * (1.0 - at.result));
  }
};

struct Abs {
  static constexpr std::string_view name = "abs";
  static constexpr std::size_t arity = 1;
  static constexpr auto value(const auto& x) {
    using scalar::abs;
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

/// log(1 + e^x) in the form that does not overflow. A primitive, because that form is smooth at 0 though its
/// parts are not.
struct Softplus {
  static constexpr std::string_view name = "softplus";
  static constexpr bool costly = true;
  static constexpr std::size_t arity = 1;
  template <class T>
  static constexpr T value(const T& x) {
    return T(Relu::value(x) + Log1p::value(Exp::value(-Abs::value(x))));
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * ops::sigmoid(at.operands[0]);
  }
};

/// The larger of both; NaN if either is. A tie gives each operand half of the derivative, as PyTorch does.
struct Maximum {
  static constexpr std::string_view name = "maximum";
  static constexpr std::size_t arity = 2;
  static constexpr bool commutative = true;
  template <class T>
  static constexpr T value(const T& x, const T& y) {
    using scalar::select;
    return T(select(x > y, x, T(select(x == x, y, x))));
  }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    const Value mine = at.operands[i], other = at.operands[1 - i];
    const Value zero = constant_like(u, 0);
    return select(equal(mine, other), u * 0.5, select(less(mine, other), zero, u));
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive exp = elementwise_primitive<detail::Exp>();
inline constexpr Primitive log = elementwise_primitive<detail::Log>();
inline constexpr Primitive log1p = elementwise_primitive<detail::Log1p>();
inline constexpr Primitive sqrt = elementwise_primitive<detail::Sqrt>();
inline constexpr Primitive tanh = elementwise_primitive<detail::Tanh>();
inline constexpr Primitive sigmoid = elementwise_primitive<detail::Sigmoid>();
inline constexpr Primitive abs = elementwise_primitive<detail::Abs>();
inline constexpr Primitive sign = elementwise_primitive<detail::Sign>();
inline constexpr Primitive relu = elementwise_primitive<detail::Relu>();
inline constexpr Primitive softplus = elementwise_primitive<detail::Softplus>();
inline constexpr Primitive maximum = elementwise_primitive<detail::Maximum>();
}  // namespace primitive
template <>
struct Definition<&primitive::exp> : detail::Exp {};
template <>
struct Definition<&primitive::log> : detail::Log {};
template <>
struct Definition<&primitive::log1p> : detail::Log1p {};
template <>
struct Definition<&primitive::sqrt> : detail::Sqrt {};
template <>
struct Definition<&primitive::tanh> : detail::Tanh {};
template <>
struct Definition<&primitive::sigmoid> : detail::Sigmoid {};
template <>
struct Definition<&primitive::abs> : detail::Abs {};
template <>
struct Definition<&primitive::sign> : detail::Sign {};
template <>
struct Definition<&primitive::relu> : detail::Relu {};
template <>
struct Definition<&primitive::softplus> : detail::Softplus {};
template <>
struct Definition<&primitive::maximum> : detail::Maximum {};

/// Elementwise functions.
constexpr Value exp(Value x) {
  return apply_elementwise(primitive::exp, {x});
}
constexpr Value log(Value x) {
  return apply_elementwise(primitive::log, {x});
}
constexpr Value log1p(Value x) {
  return apply_elementwise(primitive::log1p, {x});
}
constexpr Value sqrt(Value x) {
  return apply_elementwise(primitive::sqrt, {x});
}
constexpr Value abs(Value x) {
  return apply_elementwise(primitive::abs, {x});
}
constexpr Value sign(Value x) {
  return apply_elementwise(primitive::sign, {x});
}
constexpr Value maximum(Value x, Value y) {
  return apply_elementwise(primitive::maximum, {x, y});
}
constexpr Value minimum(Value x, Value y) {
  return -maximum(-x, -y);
}
namespace ops {
constexpr Value tanh(Value x) {
  return apply_elementwise(primitive::tanh, {x});
}
constexpr Value sigmoid(Value x) {
  return apply_elementwise(primitive::sigmoid, {x});
}
constexpr Value relu(Value x) {
  return apply_elementwise(primitive::relu, {x});
}
}  // namespace ops
/// log(1 + e^x), without overflow.
constexpr Value softplus(Value x) {
  return apply_elementwise(primitive::softplus, {x});
}

}  // namespace ctnn
