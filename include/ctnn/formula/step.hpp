#pragma once
#include <boost/mp11/list.hpp>
#include <ctnn/formula/derivative.hpp>
#include <ctnn/ops/loop.hpp>

namespace ctnn::formula {

/// What a step function is called with: argument I of Step, which is a type of its own for each lambda.
template <class Step, std::size_t I, Extents S>
struct StepArgument : Members<StepArgument<Step, I, S>, 0, boost::mp11::mp_list<StepArgument<Step, I, S>>> {
  static constexpr std::string_view name = "an argument of a step";
  using step = Step;
  static constexpr std::size_t index = I;
  struct shape {
    static constexpr Extents extents = S;
    static constexpr std::size_t rank = S.rank, elements = S.elements();
  };

  static constexpr Value lower(Lowering& lowering, std::size_t) {
    return lowering.variable(rule<StepArgument>, S);
  }
};
template <class V, class Step>
inline constexpr bool is_argument_of = false;
template <class Step, std::size_t I, Extents S>
inline constexpr bool is_argument_of<StepArgument<Step, I, S>, Step> = true;

/// The shape of a formula's value.
template <class E>
constexpr Extents shape_of() {
  if constexpr (requires { E::shape::extents; }) {
    return E::shape::extents;
  } else {
    constexpr auto keys = keys_of(typename E::variables{});
    GraphBuilder builder;
    return Lowering(builder, keys, nullptr).template lower<E>(0).shape();
  }
}
constexpr Extents without_axis(const Extents& shape, std::size_t axis) {
  Extents result;
  for (std::size_t i = 0; i < shape.rank; ++i)
    if (i != axis) result.push_back(shape[i]);
  return result;
}

/// A step: the shapes of its arguments, states first, and the formulas of the next states.
template <class Step, class Arguments, class Nexts>
struct StepParts;
template <class Step, class... A, class... E>
struct StepParts<Step, boost::mp11::mp_list<A...>, boost::mp11::mp_list<E...>> {
  template <class V>
  using IsArgument = boost::mp11::mp_bool<is_argument_of<V, Step>>;
  using nexts = boost::mp11::mp_list<E...>;
  using all_variables = VariablesOf<E...>;
  /// The variables that it takes from the formula that it stands in.
  using variables = boost::mp11::mp_remove_if<all_variables, IsArgument>;
  static constexpr std::size_t states = sizeof...(E);
  static constexpr std::size_t constant_count = (std::size_t{0} + ... + E::constant_count);

  static constexpr Extents argument_shape(std::size_t i) {
    const Extents shapes[]{A::shape::extents...};
    return shapes[i];
  }
  /// The elements of the arguments [first, last).
  static constexpr std::size_t elements(std::size_t first, std::size_t last) {
    std::size_t result = 0;
    for (std::size_t i = first; i < last; ++i) result += argument_shape(i).elements();
    return result;
  }
  static constexpr std::size_t state_size = elements(0, states),
                               scanned_size = elements(states, sizeof...(A));
  static constexpr std::size_t captured_variables_size = []<class... V>(boost::mp11::mp_list<V...>) {
    return (std::size_t{0} + ... + V::shape::elements);
  }(variables{});
  static constexpr std::size_t captured_size = captured_variables_size + constant_count;
};

/// The graph of a step, as a loop's body. The numbers that it holds stand behind the captured variables.
template <class Parts>
struct MakeBody {
  static constexpr auto keys = keys_of(typename Parts::all_variables{});
  static constexpr std::size_t numbers_block = 1 + keys.size();

  constexpr CheckedGraph operator()() const {
    GraphBuilder builder;
    std::vector<Value> arguments;
    std::size_t captured = 0;
    const auto bind = [&]<class V>(std::type_identity<V>) {
      Binding place{LoopBody::captured_block, captured};
      if constexpr (!Parts::template IsArgument<V>::value)
        captured += V::shape::elements;
      else if constexpr (V::index < Parts::states)
        place = {LoopBody::state_block, Parts::elements(0, V::index)};
      else
        place = {LoopBody::scanned_block, Parts::elements(Parts::states, V::index)};
      place.block += numbers_block;
      arguments.push_back(input(builder, V::shape::extents, place));
    };
    [&]<class... V>(boost::mp11::mp_list<V...>) {
      (bind(std::type_identity<V>{}), ...);
    }(typename Parts::all_variables{});
    Lowering lowering(builder, keys, nullptr, arguments);
    const std::vector<Value> nexts = lower_all(lowering, typename Parts::nexts{});
    for (std::size_t i = 0; i < nexts.size(); ++i) {
      const Extents before = Parts::argument_shape(i), after = nexts[i].shape();
      if (before != after)
        builder.fail({}, join("makes a state of shape ", after, " of one of shape ", before,
                              ": a step keeps the shapes of its states"));
      builder.output(nexts[i], {LoopBody::next_block, Parts::elements(0, i)});
    }
    Graph graph = remove_dead(builder.graph().view());
    for (Node& node : graph.nodes) {
      if (node.primitive != &primitive::input) continue;
      if (node.attributes.integers[0] == numbers_block) {
        node.attributes.integers[0] = LoopBody::captured_block;
        node.attributes.integers[1] += Parts::captured_variables_size;
      } else {
        node.attributes.integers[0] -= numbers_block;
      }
    }
    return {std::move(graph), Text(builder.error())};
  }
};
template <class Parts>
struct StepBody : FrozenCheckedGraph<MakeBody<Parts>> {
  static constexpr LoopBody body{StepBody::graph.view(), Parts::state_size, Parts::captured_size,
                                 Parts::scanned_size};
};

}  // namespace ctnn::formula
