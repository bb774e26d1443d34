#pragma once
#include <ctnn/formula/by_variable.hpp>
#include <ctnn/formula/call.hpp>
#include <ctnn/graph/jvp.hpp>
#include <ctnn/graph/vjp.hpp>

namespace ctnn {

namespace formula {

/// The derivative of E by the variable V, as a formula: its lowering differentiates in the same builder.
template <class E, class V>
struct Derivative {
  struct type : Members<type, E::constant_count, typename E::variables> {
    static constexpr Value lower(Lowering& lowering, std::size_t constant) {
      const Value y = lowering.lower<E>(constant);
      GraphBuilder& builder = lowering.builder();
      if (V::shape::elements != 1 && y.shape().rank != 0)
        return builder.fail(y, join("cannot differentiate ", y.shape(), " by ", V::shape::extents,
                                    " in one derivative: use jacobian"));
      if constexpr (!boost::mp11::mp_contains<typename E::variables, V>::value)
        return ctnn::constant(builder, 0, V::shape::rank == 0 ? y.shape() : V::shape::extents);
      const Value x = lowering.lower<V>(0);
      if (V::shape::elements != 1) return gradient(y, std::span(&x, 1))[0];
      const Value one = constant_like(x, 1);
      const Value result = jvp(std::span(&y, 1), std::span(&x, 1), std::span(&one, 1))[0];
      return result ? result : constant_like(y, 0);
    }
  };
};

/// The gradient of a formula of one number, for what errors name.
constexpr std::vector<Value> gradient_of_number(Value y, std::span<const Value> inputs,
                                                std::string_view wanted = "gradient") {
  if (y.shape().rank == 0) return ctnn::gradient(y, inputs);
  y.builder->fail(y, join("the ", wanted, " of a formula of shape ", y.shape(), " is not one tensor per ",
                          wanted == "Hessian" ? "pair of variables" : "variable", ": take that of a sum"));
  return {inputs.begin(), inputs.end()};
}

/// Whether what derivatives are asked for by are variables of the formula, each once.
template <class Variables, class Wanted>
struct WantedFit;
template <class Variables, class... V>
struct WantedFit<Variables, boost::mp11::mp_list<V...>> {
  static constexpr auto complaint = freeze_text([] {
    Text result;
    const auto check = [&]<class X>(std::type_identity<X>) {
      if (!result.empty()) return;
      if constexpr (!AnyVariable<X>)
        result = "a derivative is by a variable, and is asked for by a formula of variables";
      else if (!boost::mp11::mp_contains<Variables, X>::value)
        result = join("the derivative by ", X::name, " is asked for, but ", X::name,
                      " is not a variable of the formula: its variables are ", names_of(Variables{}));
      else if (boost::mp11::mp_count<boost::mp11::mp_list<V...>, X>::value > 1)
        result = join("the derivative by ", X::name, " is asked for more than once");
    };
    (check(std::type_identity<V>{}), ...);
    return result;
  });
};
template <class E, class... V>
struct WantedOf : Checked<WantedFit<typename E::variables, boost::mp11::mp_list<V...>>> {
  using type = boost::mp11::mp_list<V...>;
};

/// A formula's value and its gradient by each of the wanted variables.
template <class E, class Wanted = typename E::variables>
struct ValueAndGradientRoutine {
  using variables = typename E::variables;
  static constexpr std::size_t outputs = 1 + boost::mp11::mp_size<Wanted>::value;
  static constexpr void build(Lowering& lowering, Value* results) {
    results[0] = lowering.lower<E>(0);
    std::ranges::copy(gradient_of_number(results[0], lower_all(lowering, Wanted{})), results + 1);
  }
};

template <class T, class Gradient>
struct ValueAndGradient {
  T value{};
  Gradient gradient;
};

/// What a derivative by a variable is: a number, or a tensor of the variable's shape.
template <class T, class S>
struct LikeVariable {
  using type = T;
};
template <class T, std::size_t Axis, std::size_t... Axes>
struct LikeVariable<T, Shape<Axis, Axes...>> {
  using type = Tensor<T, Axis, Axes...>;
};

/// Computes a value and its gradient where the caller keeps them.
template <class E, class T, class... V>
struct GradientInPlace {
  using Gradient = ByVariable<Entry<V, typename LikeVariable<T, typename V::shape>::type>...>;
  using Routine = ValueAndGradientRoutine<E, boost::mp11::mp_list<V...>>;

  template <class... B>
  CTNN_INLINE static constexpr void run(const E& formula, T& value, Gradient& gradient,
                                        const B&... bindings) {
    T* const outputs[]{&value, elements_of(gradient.template place<V>())...};
    call_into<Routine>(formula.constants, outputs, bindings...);
  }
};
template <class E, class T, class... V>
GradientInPlace<E, T, V...> gradient_in_place(boost::mp11::mp_list<V...>);

template <class E, class Wanted = typename E::variables>
struct ValueAndGradientOf {
  E formula;

  template <class... B>
  CTNN_INLINE constexpr auto operator()(const B&... bindings) const {
    using T = ElementOf<B...>;
    using InPlace = decltype(gradient_in_place<E, T>(Wanted{}));
    ValueAndGradient<T, typename InPlace::Gradient> result;
    InPlace::run(formula, result.value, result.gradient, bindings...);
    return result;
  }
};
template <class E, class Wanted = typename E::variables>
struct GradientOf {
  E formula;

  template <class... B>
  CTNN_INLINE constexpr auto operator()(const B&... bindings) const {
    using T = ElementOf<B...>;
    using InPlace = decltype(gradient_in_place<E, T>(Wanted{}));
    T value{};
    typename InPlace::Gradient gradient;
    InPlace::run(formula, value, gradient, bindings...);
    return gradient;
  }
};

}  // namespace formula

/// ∂f/∂x, a formula again. f is one number, or x is. In a step, x may be its argument.
template <formula::AnyExpression F, formula::AnyExpression X>
constexpr auto derivative(F f, X) {
  static_assert(formula::AnyVariable<X>, "ctnn: a derivative is by a variable: derivative(f, x)");
  if constexpr (formula::AnyVariable<X>) {
    typename formula::Derivative<F, X>::type result;
    result.constants = f.constants;
    return result;
  } else {
    return f;
  }
}

/// A function of a formula's variables that gives its value and the gradient by each of them, in one pass.
template <formula::AnyExpression F>
constexpr auto value_and_gradient(F f) {
  return formula::ValueAndGradientOf<F>{f};
}
/// The same with the gradient by some of the variables, the others being data: `value_and_gradient(f, w, b)`.
template <formula::AnyExpression F, formula::AnyExpression... X>
requires(sizeof...(X) > 0) constexpr auto value_and_gradient(F f, X...) {
  return formula::ValueAndGradientOf<F, typename formula::WantedOf<F, X...>::type>{f};
}

/// The gradient alone: `gradient(f)(x = 2.0)[x]`.
template <formula::AnyExpression F>
constexpr auto gradient(F f) {
  return formula::GradientOf<F>{f};
}
template <formula::AnyExpression F, formula::AnyExpression... X>
requires(sizeof...(X) > 0) constexpr auto gradient(F f, X...) {
  return formula::GradientOf<F, typename formula::WantedOf<F, X...>::type>{f};
}

}  // namespace ctnn
