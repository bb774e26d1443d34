#pragma once
#include <ctnn/formula/variable.hpp>
#include <ctnn/ops/functions.hpp>

namespace ctnn::formula {

using UnaryFunction = Value (*)(Value);
using BinaryFunction = Value (*)(Value, Value);
using TernaryFunction = Value (*)(Value, Value, Value);

// Names for what the formatter takes for an arrow.
inline constexpr UnaryFunction negated = ctnn::operator-;
inline constexpr BinaryFunction difference = ctnn::operator-;

#define CTNN_FORMULA_OPERATOR(symbol, function)               \
  template <class A, class B>                                 \
  requires Operands<A, B>                                     \
  constexpr auto operator symbol(const A& a, const B& b) {    \
    if constexpr (without_numbers<A, B>)                      \
      return ApplicationOf<BinaryFunction(function), A, B>{}; \
    else                                                      \
      return apply<BinaryFunction(function)>(a, b);           \
  }
CTNN_FORMULA_OPERATOR(+, ctnn::operator+)
CTNN_FORMULA_OPERATOR(-, difference)
CTNN_FORMULA_OPERATOR(*, ctnn::operator*)
CTNN_FORMULA_OPERATOR(/, ctnn::operator/)
CTNN_FORMULA_OPERATOR(<, ctnn::less)
CTNN_FORMULA_OPERATOR(<=, ctnn::less_equal)
CTNN_FORMULA_OPERATOR(==, ctnn::equal)
#undef CTNN_FORMULA_OPERATOR

template <class A, class B>
requires Operands<A, B>
constexpr auto operator>(const A& a, const B& b) {
  return b < a;
}
template <class A, class B>
requires Operands<A, B>
constexpr auto operator>=(const A& a, const B& b) {
  return b <= a;
}
template <class A, class B>
requires Operands<A, B>
constexpr auto operator!=(const A& a, const B& b) {
  return 1 - (a == b);
}
/// Of comparisons, which compute as 1 and 0.
template <class A, class B>
requires Operands<A, B>
constexpr auto operator&&(const A& a, const B& b) {
  return a * b;
}
template <class A, class B>
requires Operands<A, B>
constexpr auto operator||(const A& a, const B& b) {
  return apply<BinaryFunction(ctnn::maximum)>(a, b);
}
constexpr auto operator!(const AnyExpression auto& a) {
  return a == 0;
}
constexpr auto operator-(const AnyExpression auto& a) {
  return apply<negated>(a);
}
constexpr auto operator+(const AnyExpression auto& a) {
  return a;
}

#define CTNN_FORMULA_FUNCTION(name, function)             \
  template <AnyExpression X>                              \
  constexpr auto name(const X& x) {                       \
    if constexpr (without_numbers<X>)                     \
      return ApplicationOf<UnaryFunction(function), X>{}; \
    else                                                  \
      return apply<UnaryFunction(function)>(x);           \
  }
CTNN_FORMULA_FUNCTION(abs, ctnn::abs)
CTNN_FORMULA_FUNCTION(acos, ctnn::acos)
CTNN_FORMULA_FUNCTION(acosh, ctnn::acosh)
CTNN_FORMULA_FUNCTION(asin, ctnn::asin)
CTNN_FORMULA_FUNCTION(asinh, ctnn::asinh)
CTNN_FORMULA_FUNCTION(atan, ctnn::atan)
CTNN_FORMULA_FUNCTION(atanh, ctnn::atanh)
CTNN_FORMULA_FUNCTION(cbrt, ctnn::cbrt)
CTNN_FORMULA_FUNCTION(cos, ctnn::cos)
CTNN_FORMULA_FUNCTION(cosh, ctnn::cosh)
CTNN_FORMULA_FUNCTION(digamma, ctnn::digamma)
CTNN_FORMULA_FUNCTION(erf, ctnn::erf)
CTNN_FORMULA_FUNCTION(erfc, ctnn::erfc)
CTNN_FORMULA_FUNCTION(exp, ctnn::exp)
CTNN_FORMULA_FUNCTION(exp2, ctnn::exp2)
CTNN_FORMULA_FUNCTION(expm1, ctnn::expm1)
CTNN_FORMULA_FUNCTION(floor, ctnn::floor)
CTNN_FORMULA_FUNCTION(lgamma, ctnn::lgamma)
CTNN_FORMULA_FUNCTION(log, ctnn::log)
CTNN_FORMULA_FUNCTION(log10, ctnn::log10)
CTNN_FORMULA_FUNCTION(log1p, ctnn::log1p)
CTNN_FORMULA_FUNCTION(log2, ctnn::log2)
CTNN_FORMULA_FUNCTION(relu, ctnn::ops::relu)
CTNN_FORMULA_FUNCTION(rsqrt, ctnn::rsqrt)
CTNN_FORMULA_FUNCTION(sigmoid, ctnn::ops::sigmoid)
CTNN_FORMULA_FUNCTION(sign, ctnn::sign)
CTNN_FORMULA_FUNCTION(sin, ctnn::sin)
CTNN_FORMULA_FUNCTION(sinh, ctnn::sinh)
CTNN_FORMULA_FUNCTION(softplus, ctnn::softplus)
CTNN_FORMULA_FUNCTION(sqrt, ctnn::sqrt)
CTNN_FORMULA_FUNCTION(square, ctnn::square)
CTNN_FORMULA_FUNCTION(tan, ctnn::tan)
CTNN_FORMULA_FUNCTION(tanh, ctnn::ops::tanh)
#undef CTNN_FORMULA_FUNCTION

#define CTNN_FORMULA_FUNCTION(name, function)                 \
  template <class X, class Y>                                 \
  requires Operands<X, Y>                                     \
  constexpr auto name(const X& x, const Y& y) {               \
    if constexpr (without_numbers<X, Y>)                      \
      return ApplicationOf<BinaryFunction(function), X, Y>{}; \
    else                                                      \
      return apply<BinaryFunction(function)>(x, y);           \
  }
CTNN_FORMULA_FUNCTION(atan2, ctnn::atan2)
CTNN_FORMULA_FUNCTION(hypot, ctnn::hypot)
CTNN_FORMULA_FUNCTION(max, ctnn::maximum)
CTNN_FORMULA_FUNCTION(min, ctnn::minimum)
CTNN_FORMULA_FUNCTION(pow, ctnn::pow)
#undef CTNN_FORMULA_FUNCTION

/// x to the power of a whole number, by multiplications.
template <int Exponent>
constexpr Value power(Value x) {
  return ctnn::pow(x, Exponent);
}
template <int Exponent>
constexpr auto pow(const AnyExpression auto& x) {
  return apply<power<Exponent>>(x);
}

/// x · y + z.
template <class A, class B, class C>
requires Operands<A, B, C>
constexpr auto fma(const A& x, const B& y, const C& z) {
  return apply<TernaryFunction(ctnn::fma)>(x, y, z);
}
/// No constant expression: the compiler shows its name.
inline void clamp_takes_the_lower_bound_first() {}
/// x, but no less than `low` and no more than `high`.
template <class A, class B, class C>
requires Operands<A, B, C>
constexpr auto clamp(const A& x, const B& low, const C& high) {
  if constexpr (Number<B> && Number<C>)
    if (std::is_constant_evaluated() && low > high) clamp_takes_the_lower_bound_first();
  return apply<TernaryFunction(ctnn::clamp)>(x, low, high);
}
/// `yes` where the condition, a comparison, holds, and `no` elsewhere.
template <class A, class B, class C>
requires Operands<A, B, C>
constexpr auto select(const A& condition, const B& yes, const C& no) {
  return apply<TernaryFunction(ctnn::select)>(condition, yes, no);
}

}  // namespace ctnn::formula
