#pragma once
#include <ctnn/formula/step.hpp>
#include <ctnn/formula/tensor_functions.hpp>
#include <tuple>

namespace ctnn::formula {

/// How a step is repeated: so often, or along an axis of tensors; and whether every state is kept.
struct Repetition {
  bool over_axis;
  std::size_t count_or_axis;
  bool keeps_all;
};

/// Values one after another, as one vector.
constexpr Value packed(std::span<const Value> values) {
  std::vector<Value> flat;
  for (const Value& value : values) flat.push_back(ctnn::reshape(value, {value.shape().elements()}));
  return flat.empty() ? Value{} : ctnn::concat(flat, 0);
}
/// Tensors side by side, a row for each place along the axis; the rows' elements are those of the other axes.
constexpr Value rows_of(std::span<const Value> tensors, std::size_t axis) {
  std::vector<Value> rows;
  for (const Value& tensor : tensors) {
    const Extents shape = tensor.shape();
    Extents order{axis};
    for (std::size_t i = 0; i < shape.rank; ++i)
      if (i != axis) order.push_back(i);
    rows.push_back(
        ctnn::reshape(ctnn::transpose(tensor, order), {shape[axis], shape.elements() / shape[axis]}));
  }
  return rows.empty() ? Value{} : ctnn::concat(rows, 1);
}

/// A repeated step: all states in one vector, or those after each step as rows.
template <Repetition R, class Parts, class Firsts, class Tensors>
struct Repeated;
template <Repetition R, class Parts, class... S, class... X>
struct Repeated<R, Parts, boost::mp11::mp_list<S...>, boost::mp11::mp_list<X...>>
    : Members<Repeated<R, Parts, boost::mp11::mp_list<S...>, boost::mp11::mp_list<X...>>,
              (Parts::constant_count + ... + S::constant_count) + (std::size_t{0} + ... + X::constant_count),
              boost::mp11::mp_set_union<VariablesOf<S..., X...>, typename Parts::variables>> {
  using parts = Parts;
  static constexpr Repetition repetition = R;

  static constexpr Value lower(Lowering& lowering, std::size_t constant) {
    using Body = StepBody<Parts>;
    GraphBuilder& builder = lowering.builder();
    const std::vector<Value> states = lower_all(lowering, boost::mp11::mp_list<S...>{}, constant),
                             tensors = lower_all(lowering, boost::mp11::mp_list<X...>{}, constant);
    std::vector<Value> captured = lower_all(lowering, typename Parts::variables{});
    for (std::size_t i = 0; i < Parts::constant_count; ++i)
      captured.push_back(lowering.constant(constant + i));
    lowering.finish_with(ctnn::detail::share_histories);
    std::size_t steps = R.count_or_axis;
    check(builder, states, tensors, captured);
    if (!builder.error().empty()) return states[0];
    if (R.over_axis) steps = tensors[0].shape()[R.count_or_axis];
    return ctnn::loop(Body::body, steps, packed(states), packed(captured),
                      R.over_axis ? rows_of(tensors, R.count_or_axis) : Value{}, R.keeps_all);
  }

 private:
  static constexpr void check(GraphBuilder& builder, const std::vector<Value>& states,
                              const std::vector<Value>& tensors, const std::vector<Value>& captured) {
    for (const Value& tensor : tensors) {
      const Extents shape = tensor.shape(), first = tensors[0].shape();
      constexpr std::size_t axis = R.count_or_axis;
      if (axis >= shape.rank)
        builder.fail(tensor, join("has no axis ", axis, " in a tensor of shape ", shape));
      else if (shape[axis] != first[axis])
        builder.fail(tensor, join("goes along axis ", axis, " of tensors of shapes ", first, " and ", shape,
                                  ": they must be equally long there"));
    }
    if (!StepBody<Parts>::complaint.view().empty()) builder.fail({}, StepBody<Parts>::complaint.view());
    bool as_declared = true;
    const Extents first_shapes[]{shape_of<S>()...};
    for (std::size_t i = 0; i < states.size(); ++i)
      as_declared = as_declared && states[i].shape() == first_shapes[i];
    std::size_t elements = 0;
    for (const Value& value : captured) elements += value.shape().elements();
    if (!as_declared || elements != Parts::captured_size)
      builder.fail({}, "computes a formula for each element, but a repeated step takes whole tensors");
  }
};

/// State I of a repeated step.
template <class Loop, std::size_t I>
struct RepeatedState : Members<RepeatedState<Loop, I>, Loop::constant_count, typename Loop::variables> {
  static constexpr Value lower(Lowering& lowering, std::size_t constant) {
    const Value states = lowering.lower<Loop>(constant);
    if (!lowering.builder().error().empty()) return states;
    Extents shape = Loop::parts::argument_shape(I);
    const Value flat =
        ctnn::detail::part(states, Loop::parts::elements(0, I), Loop::parts::argument_shape(I).elements());
    if constexpr (!Loop::repetition.keeps_all) {
      return ctnn::reshape(flat, shape);
    } else {
      // The steps are the first axis; they become the one that the tensors were read along.
      Extents rows{flat.shape()[0]}, order;
      for (std::size_t i = 0; i < shape.rank; ++i) rows.push_back(shape[i]);
      const std::size_t axis = std::min(Loop::repetition.count_or_axis, shape.rank);
      for (std::size_t i = 0; i < rows.rank; ++i) order.push_back(i < axis ? i + 1 : i == axis ? 0 : i);
      return ctnn::transpose(ctnn::reshape(flat, rows), order);
    }
  }
};

template <class S>
inline constexpr bool is_tuple = false;
template <class... E>
inline constexpr bool is_tuple<std::tuple<E...>> = true;

constexpr auto as_tuple(const Operand auto& operand) {
  return std::tuple(expression(operand));
}
template <Operand... E>
constexpr auto as_tuple(const std::tuple<E...>& operands) {
  return std::apply([](const auto&... operand) { return std::tuple(expression(operand)...); }, operands);
}

/// The types of the arguments that a step is called with.
template <Repetition R, class Step, class... S, class... X, std::size_t... I, std::size_t... J>
constexpr auto arguments_of(std::tuple<S...>, boost::mp11::mp_list<X...>, std::index_sequence<I...>,
                            std::index_sequence<J...>) {
  return std::tuple<StepArgument<Step, I, shape_of<S>()>...,
                    StepArgument<Step, sizeof...(S) + J, without_axis(shape_of<X>(), R.count_or_axis)>...>{};
}
/// Whether a step can be called with its arguments: so many states, and one part of each tensor.
template <bool Takes, std::size_t States, std::size_t Tensors>
struct StepFit {
  static constexpr auto complaint = freeze_text([] {
    return Takes ? Text()
                 : join("the step does not take the ", States + Tensors,
                        " arguments that it is called with: states (", States, "), then parts of tensors (",
                        Tensors, ")");
  });
};
/// All states of a repeated step, as formulas.
template <class Loop, std::size_t... I>
constexpr auto states_of(const auto& constants, std::index_sequence<I...>) {
  std::tuple<RepeatedState<Loop, I>...> states;
  ((std::get<I>(states).constants = constants), ...);
  return states;
}

template <Repetition R, class Step, class... S, class... X>
constexpr auto repeat(const Step& step, const std::tuple<S...>& firsts, const X&... tensors) {
  using States = std::index_sequence_for<S...>;
  constexpr auto arguments = arguments_of<R, Step>(std::tuple<S...>{}, boost::mp11::mp_list<X...>{}, States{},
                                                   std::index_sequence_for<X...>{});
  const auto nexts = std::apply(
      [&](const auto&... argument) {
        constexpr bool takes = requires {
          step(argument...);
        };
        static_assert(sizeof(Checked<StepFit<takes, sizeof...(S), sizeof...(X)>>) > 0);
        if constexpr (takes)
          return as_tuple(step(argument...));
        else
          return std::tuple<S...>{};
      },
      arguments);
  static_assert(std::tuple_size_v<decltype(nexts)> == sizeof...(S),
                "ctnn: a step returns as many states as it takes");
  return std::apply(
      [&]<class... N>(const N&... next) {
        using Parts =
            StepParts<Step,
                      boost::mp11::mp_rename<std::remove_const_t<decltype(arguments)>, boost::mp11::mp_list>,
                      boost::mp11::mp_list<N...>>;
        using Loop = Repeated<R, Parts, boost::mp11::mp_list<S...>, boost::mp11::mp_list<X...>>;
        return states_of<Loop>(
            std::apply([&](const S&... first) { return joined(first..., tensors..., next...); }, firsts),
            States{});
      },
      nexts);
}
/// The result has the form of the first states: one formula, or a tuple.
template <Repetition R, class First>
constexpr auto repeated(const First& first, const auto& step, const Operand auto&... tensors) {
  const auto states = repeat<R>(step, as_tuple(first), expression(tensors)...);
  if constexpr (is_tuple<First>)
    return states;
  else
    return std::get<0>(states);
}

/// What a step makes of a first value when it is applied Count times: `iterate<100>(x, [](auto y) { return y
/// * y + c; })`. The step takes and returns formulas; several states are a std::tuple, and so is the result.
/// The code of a step stands there once, whatever Count is.
template <std::size_t Count, class First>
constexpr auto iterate(const First& first, const auto& step) {
  static_assert(Count > 0, "ctnn: a step is repeated at least once");
  return repeated<Repetition{false, Count, false}>(first, step);
}
/// What a step makes of a first value and of the parts of tensors along an axis, from the first to the last:
/// `fold(0, [](auto total, auto x) { return total + x; }, v)` is the sum of a vector.
template <std::size_t Axis = 0, class First>
constexpr auto fold(const First& first, const auto& step, const Operand auto&... tensors) {
  static_assert(sizeof...(tensors) > 0, "ctnn: a fold goes along an axis of tensors");
  return repeated<Repetition{true, Axis, false}>(first, step, tensors...);
}
/// The same with the state after each part: along the axis.
template <std::size_t Axis = 0, class First>
constexpr auto scan(const First& first, const auto& step, const Operand auto&... tensors) {
  static_assert(sizeof...(tensors) > 0, "ctnn: a scan goes along an axis of tensors");
  return repeated<Repetition{true, Axis, true}>(first, step, tensors...);
}

}  // namespace ctnn::formula

namespace ctnn {

// Where only numbers are given, nothing leads to the other namespace.
using formula::fold, formula::iterate, formula::scan;

}  // namespace ctnn
