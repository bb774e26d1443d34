#pragma once
#include <algorithm>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/set.hpp>
#include <concepts>
#include <ctnn/core/fixed_string.hpp>
#include <ctnn/core/shape.hpp>
#include <ctnn/formula/lowering.hpp>
#include <type_traits>

namespace ctnn::formula {

/// The base of every formula: what brings this namespace's operators and functions to it, and nothing else.
struct Expression {};

template <class E>
concept AnyExpression = std::derived_from<E, Expression>;

/// A number that stands in a formula by itself.
template <class N>
concept Number = std::is_arithmetic_v<N>;

template <class E>
concept Operand = AnyExpression<E> || Number<E>;

/// At least one formula, and numbers.
template <class... E>
concept Operands = (Operand<E> && ...) && (AnyExpression<E> || ...);

/// The numbers of a formula, in the order in which they are written. The rest of a formula is its type.
template <std::size_t Count>
struct Constants {
  double values[Count];
};
template <>
struct Constants<0> {};

template <class... E>
constexpr auto joined(const E&... from) {
  constexpr std::size_t count = (std::size_t{0} + ... + E::constant_count);
  Constants<count> result{};
  if constexpr (count > 0) {
    std::size_t next = 0;
    const auto append = [&](const auto& formula) {
      if constexpr (std::remove_cvref_t<decltype(formula)>::constant_count > 0)
        for (double value : formula.constants.values) result.values[next++] = value;
    };
    (append(from), ...);
  }
  return result;
}

/// A formula's numbers, or null.
template <class E>
constexpr const double* constants_of(const E& formula) {
  if constexpr (E::constant_count > 0)
    return formula.constants.values;
  else
    return nullptr;
}

template <class E>
struct Callable;

/// What every formula type has besides its lowering: its variables, each once, in the order of their first
/// appearance; how many numbers it holds; and calls.
template <class Self, std::size_t ConstantCount, class Variables>
struct Members : Expression {
  using variables = Variables;
  static constexpr std::size_t constant_count = ConstantCount;
  Constants<ConstantCount> constants{};

  template <class... Bindings>
  constexpr auto operator()(const Bindings&... bindings) const {
    return Callable<Self>::call(static_cast<const Self&>(*this), bindings...);
  }
};

/// A number as a formula.
struct Constant : Members<Constant, 1, boost::mp11::mp_list<>> {
  static constexpr Value lower(Lowering& lowering, std::size_t constant) {
    return lowering.constant(constant);
  }
};

template <std::size_t Count>
constexpr Value invoke(auto function, const Value (&values)[Count]) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return function(values[I]...);
  }
  (std::make_index_sequence<Count>{});
}

/// A number that the formula's type knows.
template <auto N>
struct Literal : Members<Literal<N>, 0, boost::mp11::mp_list<>> {
  static constexpr Value lower(Lowering& lowering, std::size_t) {
    return ctnn::constant(lowering.builder(), static_cast<double>(N), {});
  }
};

/// The variables of several formulas, each once.
template <class... E>
using VariablesOf = boost::mp11::mp_set_union<boost::mp11::mp_list<>, typename E::variables...>;

/// A function of values and the formulas that it is applied to.
template <auto Function, class... E>
struct Parts {
  using variables_of_operands = VariablesOf<E...>;
  static constexpr std::size_t constants_of_operands = (std::size_t{0} + ... + E::constant_count);

  static constexpr Value lower(Lowering& lowering, std::size_t constant) {
    const Value values[]{lowering.lower_operand(rule<E>, constant)...};
    return invoke(Function, values);
  }
};
/// Compilers name a closure's type without the arguments of the template that it stands in. A name that
/// spells out the operands would be as long as the formula is as a tree.
template <auto Function, class... E>
inline constexpr auto parts = []() consteval -> Parts<Function, E...> {
  return {};
};
template <class Closure>
using PartsOf = decltype(Closure{}());

/// An application of a function to formulas: the one whose parts the closure returns.
template <class Closure>
struct Application : PartsOf<Closure>,
                     Members<Application<Closure>, PartsOf<Closure>::constants_of_operands,
                             typename PartsOf<Closure>::variables_of_operands> {};
template <auto Function, class... E>
using ApplicationOf = Application<std::remove_const_t<decltype(parts<Function, E...>)>>;

/// A formula that is a variable itself.
template <class E>
concept AnyVariable = AnyExpression<E> && std::same_as<typename E::variables, boost::mp11::mp_list<E>>;

/// Formulas, lowered; `constant` is the first number of the first, and becomes that of what follows the last.
template <class... E>
constexpr std::vector<Value> lower_all(Lowering& lowering, boost::mp11::mp_list<E...>,
                                       std::size_t& constant) {
  std::vector<Value> values;
  (values.push_back(lowering.lower_operand(rule<E>, constant)), ...);
  return values;
}
template <class... E>
constexpr std::vector<Value> lower_all(Lowering& lowering, boost::mp11::mp_list<E...> formulas) {
  std::size_t constant = 0;
  return lower_all(lowering, formulas, constant);
}

template <AnyExpression E>
constexpr const E& expression(const E& e) {
  return e;
}
constexpr Constant expression(Number auto number) {
  Constant result;
  result.constants.values[0] = static_cast<double>(number);
  return result;
}
template <class E>
using ExpressionOf = std::conditional_t<AnyExpression<E>, E, Constant>;

/// Whether the operands are formulas that hold no numbers: `application` is then all of `apply`, and spares
/// the compiler a function whose name spells out the formula.
template <class... E>
inline constexpr bool without_numbers = false;
template <AnyExpression... E>
inline constexpr bool without_numbers<E...> = ((E::constant_count == 0) && ...);

/// `Function`, which takes and returns graph values, applied to formulas and numbers.
template <auto Function, class... E>
constexpr auto apply(const E&... operands) {
  ApplicationOf<Function, ExpressionOf<E>...> result;
  if constexpr (result.constant_count > 0) result.constants = joined(expression(operands)...);
  return result;
}

}  // namespace ctnn::formula

namespace ctnn {

/// A number that is part of a formula's type, `literal<0.5>`: the compiler simplifies with it, and sees that
/// formulas with equal ones are equal. The number of `0.5 * x` is a value that is read at the call.
template <auto N>
requires formula::Number<decltype(N)>
inline constexpr formula::Literal<N> literal{};

}  // namespace ctnn
