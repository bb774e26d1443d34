#pragma once
#include <ctnn/graph/interpret.hpp>
#include <ctnn/ops/affine_loop.hpp>
#include <ctnn/ops/concat.hpp>

namespace ctnn {

namespace detail {

/// The rules of loops. Operands: the first state, [state_size]; what is captured, [captured_size], unless
/// that is nothing; the rows, [steps, scanned_size], unless they are empty.
struct Loop {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const LoopForm form = LoopForm::of(s.attributes);
    std::size_t next = 0;
    const auto check = [&](const Extents& wanted, std::string_view what) {
      if (next >= s.operand_count || s.operands[next] != wanted)
        error += join("repeats a step with ", what, " of shape ", wanted, ", receives ",
                      s.operands[next < s.operand_count ? next : 0]);
      ++next;
    };
    check({form.state_size}, "a state");
    if (form.captured_size > 0) check({form.captured_size}, "values");
    if (form.scanned_size > 0) check({form.steps, form.scanned_size}, "rows");
    return {form.result()};
  }

  static constexpr void evaluate(const Signature& s, const double* const* operands, double* result) {
    const LoopForm form = LoopForm::of(s.attributes);
    const Graph graph = derived_body(*form.body, form.path);
    Interpreter interpreter(graph.view());
    std::vector<double> state(operands[0], operands[0] + form.state_size);
    const double *captured = operands[1], *rows = operands[form.captured_size > 0 ? 2 : 1];
    for (std::size_t t = 0; t < form.steps; ++t) {
      const std::size_t row = form.backward ? form.steps - 1 - t : t;
      interpreter.run([&](const Node& node) {
        const std::size_t block = node.attributes.integers[0], offset = node.attributes.integers[1];
        return (block == LoopBody::state_block      ? state.data()
                : block == LoopBody::captured_block ? captured
                                                    : rows + row * form.scanned_size) +
               offset;
      });
      for (const Output& output : graph.outputs)
        copy_elements(interpreter[output.node], state.data() + output.binding.offset);
      if (form.history) copy_elements(state, result + row * form.state_size);
    }
    if (!form.history) copy_elements(state, result);
  }

  static constexpr Value tangent(const Application& at, std::span<const Value> tangents);
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
  /// A loop that is a linear recurrence of numbers has a kernel of its own.
  static constexpr Value simplify(const Application& at);
  static constexpr std::size_t flops(const Signature& s) {
    return 4 * s.attributes.integers[0] * s.attributes.integers[1];
  }
};

}  // namespace detail

namespace primitive {
/// A body, again and again. The body is an attribute; the numbers of steps and elements are integers, and so
/// is what derivative of the body it is.
inline constexpr Primitive loop = describe<detail::Loop>("loop", Kind::reduction);
}  // namespace primitive
template <>
struct Definition<&primitive::loop> : detail::Loop {};

namespace detail {

/// Absent values for operands that are not there.
struct LoopOperands {
  Value state, captured{}, rows{};

  constexpr LoopOperands(const LoopForm& form, std::span<const Value> operands) : state(operands[0]) {
    std::size_t next = 1;
    if (form.captured_size > 0) captured = operands[next++];
    if (form.scanned_size > 0) rows = operands[next];
  }
};

constexpr Value Loop::simplify(const Application& at) {
  const LoopForm form = LoopForm::of(at.attributes);
  const LoopOperands here(form, at.operands);
  return linear_states(form, here.state, here.captured, here.rows);
}

constexpr Value side_by_side(Value x, Value y, std::size_t axis) {
  const Value both[]{x, y};
  return concat(both, axis);
}
/// The elements [first, first + count) of a state, or of each state of a history.
constexpr Value part(Value states, std::size_t first, std::size_t count) {
  Extents begin = states.shape(), kept = begin;
  for (std::size_t i = 0; i < begin.rank; ++i) begin[i] = 0;
  begin[begin.rank - 1] = first;
  kept[kept.rank - 1] = count;
  return slice(states, begin, kept);
}
constexpr Value rows_between(Value rows, std::size_t first, std::size_t last) {
  return slice(rows, {first, 0}, {last - first, rows.shape()[1]});
}

constexpr Value apply_loop(const LoopForm& form, Value state, Value captured, Value rows) {
  Value operands[3]{state};
  std::size_t count = 1;
  if (form.captured_size > 0) operands[count++] = captured;
  if (form.scanned_size > 0) operands[count++] = rows;
  if (form.path >> LoopDerivative::most * LoopDerivative::digit_bits != 0)
    return state.builder->fail(state,
                               join("differentiates a loop more than ", LoopDerivative::most, " times"));
  return state.builder->apply(primitive::loop, std::span<const Value>(operands, count), form.attributes());
}

constexpr Value apply_loop(const LoopForm& form, const LoopOperands& at) {
  return apply_loop(form, at.state, at.captured, at.rows);
}
/// The last state of a history.
constexpr Value last_state(const LoopForm& form, Value history) {
  return reshape(rows_between(history, form.last_row(), form.last_row() + 1), {form.state_size});
}

constexpr Value Loop::tangent(const Application& at, std::span<const Value> tangents) {
  const LoopForm form = LoopForm::of(at.attributes);
  const LoopOperands here(form, at.operands), along(form, tangents);
  const LoopDerivative derivative{LoopDerivative::tangent, static_cast<bool>(along.captured),
                                  static_cast<bool>(along.rows)};
  const Value direction = along.state ? along.state : constant_like(here.state, 0);
  const Value both =
      apply_loop(derivative.apply(form), side_by_side(here.state, direction, 0),
                 along.captured ? side_by_side(here.captured, along.captured, 0) : here.captured,
                 along.rows ? side_by_side(here.rows, along.rows, 1) : here.rows);
  return part(both, form.state_size, form.state_size);
}

constexpr void Loop::adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
  const LoopForm form = LoopForm::of(at.attributes);
  const LoopOperands here(form, at.operands);

  const Value history = form.history ? at.result : apply_loop(form.with_history(), here);
  Value before = reshape(here.state, {1, form.state_size});
  if (form.steps > 1)
    before = form.backward ? side_by_side(rows_between(history, 1, form.steps), before, 0)
                           : side_by_side(before, rows_between(history, 0, form.steps - 1), 0);

  const LoopDerivative derivative{form.history ? LoopDerivative::adjoint_of_history : LoopDerivative::adjoint,
                                  form.captured_size > 0, form.scanned_size > 0};
  const LoopForm reverse = derivative.apply(form);
  Value rows = here.rows ? side_by_side(before, here.rows, 1) : before;
  if (form.history) rows = side_by_side(rows, upstream, 1);
  GraphBuilder& builder = *at.result.builder;
  const std::size_t rest = reverse.state_size - form.state_size;
  Value first = form.history ? constant(builder, 0, {form.state_size}) : upstream;
  if (rest > 0) first = side_by_side(first, constant(builder, 0, {rest}), 0);
  const Value states = apply_loop(reverse, first, here.captured, rows);
  const Value last = reverse.history ? last_state(reverse, states) : states;
  adjoints[0] = part(last, 0, form.state_size);
  if (form.captured_size > 0) adjoints[1] = part(last, form.state_size, form.captured_size);
  if (form.scanned_size > 0)
    adjoints[adjoints.size() - 1] = part(states, form.state_size + form.captured_size, form.scanned_size);
}

/// What the outputs need, with one loop where the last state and the history of one are needed, as by a value
/// and its gradient.
constexpr Graph share_histories(GraphView all) {
  const Graph live = remove_dead(all);
  const GraphView graph = live.view();
  const auto form_of = [&](std::size_t i) { return LoopForm::of(graph.nodes[i].attributes); };
  GraphBuilder found(graph);
  Flags shared(graph.size(), false);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (graph.nodes[i].primitive != &primitive::loop || form_of(i).history) continue;
    std::vector<Value> operands;
    for (NodeId operand : graph.operands(graph.nodes[i])) operands.push_back(found.value(operand));
    const Value history = apply_loop(form_of(i).with_history(), LoopOperands(form_of(i), operands));
    shared[i] = static_cast<std::size_t>(history.id) < graph.size();
  }
  GraphBuilder builder;
  const std::vector<Value> renamed = replay(
      graph, builder, [](NodeId) { return Value{}; },
      [&](std::size_t i, Value value, const std::vector<Value>& operands) {
        if (!shared[i]) return value;
        return last_state(form_of(i),
                          apply_loop(form_of(i).with_history(), LoopOperands(form_of(i), operands)));
      });
  for (const Output& output : graph.outputs)
    builder.output(renamed[static_cast<std::size_t>(output.node)], output.binding);
  return remove_dead(builder.graph().view());
}

}  // namespace detail

/// Repeats a body: the last state, or the state after each step. `captured` and `rows` are absent where the
/// body reads none. The body has static storage.
constexpr Value loop(const LoopBody& body, std::size_t steps, Value state, Value captured = {},
                     Value rows = {}, bool history = false) {
  return detail::apply_loop(
      {&body, steps, body.state_size, body.captured_size, body.scanned_size, history, false, 0}, state,
      captured, rows);
}

}  // namespace ctnn
