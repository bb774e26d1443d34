#pragma once
#include <boost/mp11/algorithm.hpp>
#include <ctnn/formula/element_program.hpp>
#include <ctnn/formula/routine.hpp>
#include <ctnn/formula/substitute.hpp>
#include <ctnn/graph/interpret.hpp>
#include <tuple>

namespace ctnn::formula {

/// What a routine's output O is: a number, or a tensor of its shape.
template <class Routine, class T, std::size_t O, std::size_t... I>
constexpr auto result_type(std::index_sequence<I...>) {
  if constexpr (sizeof...(I) == 0)
    return std::type_identity<T>{};
  else
    return std::type_identity<Tensor<T, Routine::output_shape(O)[I]...>>{};
}
template <class Routine, class T, std::size_t O>
using ResultOf = typename decltype(result_type<Routine, T, O>(
    std::make_index_sequence<Routine::output_shape(O).rank>{}))::type;

/// Has no body: a call that is left for run time is an error. (The compiler itself needs no program.)
[[gnu::error("ctnn: to run formulas of tensors, #include <ctnn/formula_tensors.hpp>")]] void
run_without_tensors();

/// What runs a graph with tensors; <ctnn/formula/tensors.hpp> brings it.
template <class Source, class T>
struct TensorProgram {
  static void run(const auto&, T* const*) { run_without_tensors(); }
};

/// Runs Source::graph. `elements(binding)` is where an input is; outputs[i] is block
/// Source::first_output_block + i, of Source::outputs.
template <class Source, class T>
CTNN_INLINE constexpr void run_graph(const auto& elements, T* const* outputs) {
  const auto place = [&](const Binding& binding) {
    return outputs[binding.block - Source::first_output_block] + binding.offset;
  };
  if constexpr (is_elementwise(Source::graph.view())) {
    ElementProgram<Source>::template run<T>(
        [&](const Binding& binding) { return *elements(binding); },
        [&](const Binding& binding, T number) { *place(binding) = number; });
  } else if (__builtin_is_constant_evaluated()) {
    // g++ 12 compiles what stands behind std::is_constant_evaluated() into programs of a formula that other
    // files cannot see.
    std::vector<std::vector<double>> inputs;
    const auto values = interpret(Source::graph.view(), [&](const Node& node) {
      const T* from = elements({node.attributes.integers[0], node.attributes.integers[1]});
      return inputs.emplace_back(from, from + node.shape.elements()).data();
    });
    for (const Output& output : Source::graph.outputs)
      std::ranges::copy(values[static_cast<std::size_t>(output.node)], place(output.binding));
  } else {
    TensorProgram<Source, T>::run(elements, outputs);
  }
}

template <class T>
requires std::is_arithmetic_v<T> CTNN_INLINE constexpr T* elements_of(T& number) {
  return &number;
}
template <class T, std::size_t... Axes>
CTNN_INLINE constexpr T* elements_of(Tensor<T, Axes...>& tensor) {
  return tensor.data();
}

/// Runs a routine on bound memory: `variables` point to the elements of each, `constants` to the formula's
/// numbers.
template <class R, class T>
class Run : Checked<Routine<R>> {
  using routine = Routine<R>;

  template <std::size_t... O>
  static constexpr auto results_of(std::index_sequence<O...>) -> std::tuple<ResultOf<routine, T, O>...>;

 public:
  using Results = decltype(results_of(std::make_index_sequence<R::outputs>{}));

  CTNN_INLINE static constexpr Results run(const T* const* variables, const T* constants) {
    Results results{};
    std::apply(
        [&](auto&... result) CTNN_INLINED {
          T* const outputs[]{elements_of(result)...};
          run(variables, constants, outputs);
        },
        results);
    return results;
  }
  /// The same, with output i written to outputs[i].
  CTNN_INLINE static constexpr void run(const T* const* variables, const T* constants, T* const* outputs) {
    const auto elements = [&](const Binding& binding) {
      return (binding.block == routine::constants_block ? constants : variables[binding.block - 1]) +
             binding.offset;
    };
    run_graph<routine>(elements, outputs);
  }
};

template <class V>
inline constexpr bool is_variable = false;
template <FixedString Name, class S>
inline constexpr bool is_variable<Variable<Name, S>> = true;

/// The name that two variables share, or none.
template <class... V>
constexpr std::string_view name_of_two_shapes(boost::mp11::mp_list<V...>) {
  const std::string_view names[]{"", (is_variable<V> ? V::name : std::string_view())...};
  for (std::size_t i = 0; i <= sizeof...(V); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (!names[i].empty() && names[i] == names[j]) return names[i];
  return {};
}

/// Whether a call's arguments bind the variables: each, once, and no other.
template <class Variables, class... B>
struct BindingsFit;
template <class... V, class... B>
struct BindingsFit<boost::mp11::mp_list<V...>, B...> {
  template <class Wanted>
  static constexpr std::size_t times = (std::size_t{0} + ... + std::is_same_v<Wanted, typename B::variable>);

  static constexpr auto complaint = freeze_text([] {
    const Text names = names_of(boost::mp11::mp_list<V...>{});
    Text result;
    const std::string_view of_other_shape = name_of_two_shapes(boost::mp11::mp_list<V...>{});
    if (!of_other_shape.empty())
      return join("two variables of the formula are called ", of_other_shape, ": a name has one shape");
    const auto check_known = [&](std::string_view name, bool known) {
      if (result.empty() && !known)
        result = join(name, " is bound, but is not a variable of the formula: its variables are ", names);
    };
    (check_known(B::variable::name,
                 boost::mp11::mp_contains<boost::mp11::mp_list<V...>, typename B::variable>::value),
     ...);
    const auto check_count = [&](std::string_view name, std::size_t count) {
      if (!result.empty() || count == 1) return;
      result = count == 0 ? join("the variable ", name, " is not bound: add ", name, " = ... to the call")
                          : join("the variable ", name, " is bound more than once");
    };
    (check_count(V::name, times<V>), ...);
    return result;
  });
};

template <class B>
concept AnyBinding = requires {
  typename B::variable;
};

template <class B>
inline constexpr bool binds_number = requires(const B& binding) {
  binding.number;
};
template <class B>
inline constexpr bool binds_float = std::is_same_v<typename B::value_type, float>;

/// The element type of a call: that of its tensors, or, where only numbers are bound, double unless all are
/// float.
template <class... B>
struct ElementOfCall {
  static_assert((AnyBinding<B> && ...), "ctnn: a formula is called with its variables bound: f(x = 2.0)");
  using type = double;
};
template <AnyBinding... B>
requires(((binds_number<B> || binds_float<B>)&&...) &&
         ((!binds_number<B> || ...) ||
          (sizeof...(B) > 0 && (binds_float<B> && ...)))) struct ElementOfCall<B...> {
  using type = float;
};
template <class... B>
using ElementOf = typename ElementOfCall<B...>::type;

/// Runs R with its variables bound by name; output i is written to outputs[i].
template <class R, class T, class... B>
CTNN_INLINE constexpr void call_into(const auto& constants, T* const* outputs, const B&... bindings) {
  static_assert(sizeof(Checked<BindingsFit<typename R::variables, B...>>) > 0);
  constexpr std::size_t count = boost::mp11::mp_size<typename R::variables>::value;
  T numbers[count + 1]{};
  const T* variables[count + 1]{};
  const auto bind = [&]<class Bound>(const Bound& binding) CTNN_INLINED {
    constexpr std::size_t i = boost::mp11::mp_find<typename R::variables, typename Bound::variable>::value;
    if constexpr (requires { binding.number; }) {
      numbers[i] = static_cast<T>(binding.number);
      variables[i] = &numbers[i];
    } else {
      static_assert(
          !requires { binding.size; },
          "ctnn: an array is bound to a number: ctnn::map(f) computes one value for each element");
      static_assert(std::is_same_v<T, typename Bound::value_type>,
                    "ctnn: tensors of float and of double are bound in one call");
      variables[i] = binding.data();
    }
  };
  (bind(bindings), ...);
  if constexpr (requires { constants.values; }) {
    T given[std::size(decltype(constants.values){})];
    for (std::size_t i = 0; i < std::size(given); ++i) given[i] = static_cast<T>(constants.values[i]);
    Run<R, T>::run(variables, given, outputs);
  } else {
    Run<R, T>::run(variables, nullptr, outputs);
  }
}

/// The same with the results returned, in a tuple.
template <class R, class... B>
CTNN_INLINE constexpr auto call(const auto& constants, const B&... bindings) {
  using T = ElementOf<B...>;
  typename Run<R, T>::Results results{};
  std::apply(
      [&](auto&... result) CTNN_INLINED {
        T* const outputs[]{elements_of(result)...};
        call_into<R>(constants, outputs, bindings...);
      },
      results);
  return results;
}

/// The value of a formula.
template <class E>
struct Evaluate {
  using variables = typename E::variables;
  static constexpr std::size_t outputs = 1;
  static constexpr void build(Lowering& lowering, Value* results) { results[0] = lowering.lower<E>(0); }
};

template <class B>
inline constexpr bool bound_to_value = false;
template <class V>
inline constexpr bool bound_to_value<ValueBinding<V>> = true;

/// A formula of graph values, such as a layer's input, and of numbers.
template <class E, class... B>
constexpr Value substitute_bound(const E& e, const B&... bindings) {
  using variables = typename E::variables;
  static_assert(sizeof(Checked<BindingsFit<variables, B...>>) > 0);
  Value given;
  const auto find = [&](const auto& binding) {
    if constexpr (requires { binding.value; }) given = binding.value;
  };
  (find(bindings), ...);
  Value arguments[sizeof...(B)];
  const auto bind = [&]<class Bound>(const Bound& binding) {
    Value& argument = arguments[boost::mp11::mp_find<variables, typename Bound::variable>::value];
    if constexpr (requires { binding.value; })
      argument = binding.value;
    else if constexpr (requires { binding.number; })
      argument = constant(*given.builder, binding.number, {});
    else
      argument = given.builder->fail(given, "binds elements where a graph is built: bind a value");
  };
  (bind(bindings), ...);
  return substitute(e, variables{}, arguments);
}

template <class E>
struct Callable {
  template <class... B>
  CTNN_INLINE static constexpr auto call(const E& e, const B&... bindings) {
    if constexpr ((bound_to_value<B> || ...))
      return substitute_bound(e, bindings...);
    else
      return evaluate<ElementOf<B...>>(e, bindings...);
  }

 private:
  template <class T, class... B>
  CTNN_INLINE static constexpr auto evaluate(const E& e, const B&... bindings) {
    ResultOf<Routine<Evaluate<E>>, T, 0> result{};
    T* const outputs[]{elements_of(result)};
    call_into<Evaluate<E>>(e.constants, outputs, bindings...);
    return result;
  }
};

}  // namespace ctnn::formula
