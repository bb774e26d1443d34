#pragma once
#include <ctnn/ops/exponential.hpp>

namespace ctnn {

constexpr Value pow(Value x, Value y);
constexpr Value pow(Value x, int y);

namespace detail {

struct Sqrt : CostlyFunction<scalar::operations::sqrt> {
  static constexpr std::string_view name = "sqrt";
  static constexpr auto value(const auto& x) { return scalar::sqrt(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * 0.5 / at.result;
  }
};

struct Cbrt : CostlyFunction<scalar::operations::cbrt> {
  static constexpr std::string_view name = "cbrt";
  static constexpr auto value(const auto& x) { return scalar::cbrt(x); }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    // As a square of a quotient: it is differentiated to ∓∞ at ±0 and to 0 at ∞.
    const Value quotient = 1.0 / (3.0 * at.result);
    return u * (3.0 * (quotient * quotient));
  }
};

struct Rsqrt : CostlyFunction<scalar::operations::sqrt + 1> {
  static constexpr std::string_view name = "rsqrt";
  template <class T>
  static constexpr T value(const T& x) {
    return T(1) / scalar::sqrt(x);
  }
  static constexpr Value derivative(const Application& at, std::size_t, Value u) {
    return u * (-0.5 * (at.result * at.result * at.result));
  }
};

/// NaN is its derivative where both are 0: there it has none.
struct Hypot : CostlyFunction<scalar::operations::hypot> {
  static constexpr std::string_view name = "hypot";
  static constexpr std::size_t arity = 2;
  static constexpr bool commutative = true;
  static constexpr auto value(const auto& x, const auto& y) { return scalar::hypot(x, y); }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    return u * (at.operands[i] / at.result);
  }
};

/// At x = 0, where there is more than one limit, the derivatives are PyTorch's: by x it is 0 for y = 0, and
/// by y it is 0 for y >= 0.
struct Pow : CostlyFunction<scalar::operations::pow> {
  static constexpr std::string_view name = "pow";
  static constexpr std::size_t arity = 2;
  static constexpr auto value(const auto& x, const auto& y) { return scalar::pow(x, y); }
  static constexpr Value derivative(const Application& at, std::size_t i, Value u) {
    const Value x = at.operands[0], y = at.operands[1], zero = constant_like(u, 0);
    if (i == 0) {
      const Value smooth = u * (y * pow(x, y - 1.0));
      return select(equal(y, zero), select(equal(x, zero), zero, smooth), smooth);
    }
    const Value smooth = u * (at.result * log(x));
    return select(equal(x, zero), select(less_equal(zero, y), zero, smooth), smooth);
  }
  /// A constant whole exponent, unless it is so large that the products' roundings would add up.
  static constexpr Value simplify(const Application& at) {
    if (!is_constant(at.operands[1])) return {};
    const double y = at.operands[1].node().attributes.scalar;
    return y >= -64 && y <= 64 && scalar::floor(y) == y ? pow(at.operands[0], static_cast<int>(y)) : Value{};
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive sqrt = elementwise_primitive<detail::Sqrt>();
inline constexpr Primitive cbrt = elementwise_primitive<detail::Cbrt>();
inline constexpr Primitive rsqrt = elementwise_primitive<detail::Rsqrt>();
inline constexpr Primitive hypot = elementwise_primitive<detail::Hypot>();
inline constexpr Primitive pow = elementwise_primitive<detail::Pow>();
}  // namespace primitive
template <>
struct Definition<&primitive::sqrt> : detail::Sqrt {};
template <>
struct Definition<&primitive::cbrt> : detail::Cbrt {};
template <>
struct Definition<&primitive::rsqrt> : detail::Rsqrt {};
template <>
struct Definition<&primitive::hypot> : detail::Hypot {};
template <>
struct Definition<&primitive::pow> : detail::Pow {};

/// Roots and powers.
constexpr Value sqrt(Value x) {
  return apply_elementwise(primitive::sqrt, {x});
}
constexpr Value cbrt(Value x) {
  return apply_elementwise(primitive::cbrt, {x});
}
/// 1 / √x.
constexpr Value rsqrt(Value x) {
  return apply_elementwise(primitive::rsqrt, {x});
}
/// √(x² + y²), without overflow on the way.
constexpr Value hypot(Value x, Value y) {
  return apply_elementwise(primitive::hypot, {x, y});
}
constexpr Value square(Value x) {
  return x * x;
}
/// x^y: NaN for a negative x unless y is whole; 1 where y is 0 or x is 1, whatever the other.
constexpr Value pow(Value x, Value y) {
  return apply_elementwise(primitive::pow, {x, y});
}
constexpr Value pow(Value x, double y) {
  return pow(x, constant_like(x, y));
}
constexpr Value pow(double x, Value y) {
  return pow(constant_like(y, x), y);
}
/// By repeated squaring, of the reciprocal where y is negative.
constexpr Value pow(Value x, int y) {
  Value result = constant_like(x, 1), power = y < 0 ? 1.0 / x : x;
  for (unsigned rest = y < 0 ? -static_cast<unsigned>(y) : static_cast<unsigned>(y); rest != 0;) {
    if (rest % 2 == 1) result = result * power;
    if ((rest /= 2) != 0) power = power * power;
  }
  return result;
}

}  // namespace ctnn
