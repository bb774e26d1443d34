#pragma once
#include <ctnn/graph/jvp.hpp>
#include <ctnn/graph/simplify.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/ops/source.hpp>
#include <limits>

namespace ctnn {

/// What a loop repeats: a graph that makes the next state of the last one. Its inputs are bound to the blocks
/// below, its outputs to places of the next state, of which they cover every element.
struct LoopBody {
  /// The elements of the state, of what is the same in every step, and of what is read row by row.
  static constexpr std::size_t state_block = 1, captured_block = 2, scanned_block = 3, next_block = 4;
  GraphView graph;
  std::size_t state_size, captured_size, scanned_size;
};

namespace detail {

/// A loop's attributes. A derivative of a loop is a loop over a derivative of its body, which `path` names:
/// the derivatives that were taken of the body, one digit each, the last one in the last digit.
struct LoopForm {
  const LoopBody* body;
  std::size_t steps, state_size, captured_size, scanned_size;
  /// Whether the result is the state after each step, [steps, state_size], or only the last.
  bool history;
  /// Whether the rows are read from the last to the first. The history has the rows' order.
  bool backward;
  std::size_t path;

  static constexpr LoopForm of(const Attributes& a) {
    return {a.body,        a.integers[0],      a.integers[1],      a.integers[2],
            a.integers[3], a.integers[4] != 0, a.integers[5] != 0, a.integers[6]};
  }
  constexpr Attributes attributes() const {
    return {.integers = {steps, state_size, captured_size, scanned_size, history, backward, path},
            .body = body};
  }
  constexpr LoopForm with_history() const {
    LoopForm result = *this;
    result.history = true;
    return result;
  }
  constexpr std::size_t last_row() const { return backward ? 0 : steps - 1; }
  constexpr Extents result() const { return history ? Extents{steps, state_size} : Extents{state_size}; }
};

/// One derivative of a body: its tangent, or its adjoint for a loop whose result is the last state or all of
/// them; and by what besides the state.
struct LoopDerivative {
  enum Kind : std::size_t { tangent = 1, adjoint, adjoint_of_history };
  Kind kind;
  bool by_captured, by_scanned;

  /// A digit's bits, and how many derivatives of derivatives are counted.
  static constexpr std::size_t digit_bits = 4,
                               most = std::numeric_limits<std::size_t>::digits / digit_bits - 1;
  constexpr std::size_t digit() const {
    return 4 * static_cast<std::size_t>(kind) + 2 * by_scanned + by_captured;
  }
  static constexpr LoopDerivative of(std::size_t digit) {
    return {static_cast<Kind>(digit / 4), digit % 2 == 1, digit / 2 % 2 == 1};
  }
  /// The form of the derivative of a loop.
  constexpr LoopForm apply(const LoopForm& form) const {
    LoopForm result = form;
    result.path = form.path << digit_bits | digit();
    if (kind == tangent) {
      result.state_size *= 2;
      result.captured_size *= 1 + by_captured;
      result.scanned_size *= 1 + by_scanned;
    } else {
      result.state_size += by_captured * form.captured_size + by_scanned * form.scanned_size;
      result.scanned_size += form.state_size * (kind == adjoint ? 1 : 2);
      result.backward = !form.backward;
      result.history = by_scanned;
    }
    return result;
  }
};

/// A body under differentiation, in a builder of its own.
class BodyDifferentiation {
 public:
  constexpr BodyDifferentiation(GraphView body, const LoopForm& form, LoopDerivative derivative)
      : form_(form), derivative_(derivative) {
    const bool forward = derivative.kind == LoopDerivative::tangent;
    const auto source = [&](NodeId id) {
      const Node& node = body[id];
      if (node.primitive != &primitive::input) return Value{};
      Place place{node.attributes.integers[0], node.attributes.integers[1], node.shape};
      const Value value = forward ? read(place) : read(before(place));
      const bool moves =
          place.block == LoopBody::state_block ||
          (place.block == LoopBody::captured_block ? derivative.by_captured : derivative.by_scanned);
      if (moves) inputs_.push_back(value), places_.push_back(place);
      return value;
    };
    const std::vector<Value> values = replay(body, builder_, source);
    for (const Output& output : body.outputs) {
      outputs_.push_back(values[static_cast<std::size_t>(output.node)]);
      offsets_.push_back(output.binding.offset);
    }
    if (forward)
      differentiate_forward();
    else
      differentiate_backward();
  }
  constexpr Graph result() const { return remove_dead(builder_.graph().view()); }

 private:
  struct Place {
    std::size_t block, offset;
    Extents shape;
  };

  constexpr Value read(const Place& place) {
    return input(builder_, place.shape, {place.block, place.offset});
  }
  /// Where the adjoint's loop has what the loop itself read: its states are the first part of a row.
  constexpr Place before(const Place& place) const {
    if (place.block == LoopBody::state_block) return {LoopBody::scanned_block, place.offset, place.shape};
    if (place.block == LoopBody::scanned_block)
      return {LoopBody::scanned_block, form_.state_size + place.offset, place.shape};
    return place;
  }
  constexpr void write(Value value, std::size_t offset) {
    builder_.output(value, {LoopBody::next_block, offset});
  }
  constexpr void write(Value value, std::size_t offset, const Extents& shape) {
    write(value ? value : constant(builder_, 0, shape), offset);
  }

  constexpr void differentiate_forward() {
    std::vector<Value> directions;
    for (const Place& place : places_) {
      const std::size_t sizes[]{0, form_.state_size, form_.captured_size, form_.scanned_size};
      directions.push_back(read({place.block, sizes[place.block] + place.offset, place.shape}));
    }
    const std::vector<Value> tangents = jvp(outputs_, inputs_, directions);
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      write(outputs_[i], offsets_[i]);
      write(tangents[i], form_.state_size + offsets_[i], outputs_[i].shape());
    }
  }

  /// The state: the adjoint of the loop's state, the sum so far of those by what it captured, and, written
  /// anew in each step, the one by its row.
  constexpr void differentiate_backward() {
    std::vector<Value> seeds;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const Extents shape = outputs_[i].shape();
      seeds.push_back(read({LoopBody::state_block, offsets_[i], shape}));
      if (derivative_.kind == LoopDerivative::adjoint_of_history)
        seeds[i] = seeds[i] + read({LoopBody::scanned_block,
                                    form_.state_size + form_.scanned_size + offsets_[i], shape});
    }
    const std::vector<Value> adjoints = vjp(outputs_, seeds, inputs_);
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      Value adjoint;
      for (std::size_t k = 0; k < places_.size(); ++k)
        if (places_[k].block == LoopBody::state_block && places_[k].offset == offsets_[i])
          adjoint = adjoints[k];
      write(adjoint, offsets_[i], outputs_[i].shape());
    }
    for (std::size_t k = 0; k < places_.size(); ++k) {
      const auto& [block, offset, shape] = places_[k];
      const std::size_t rows = form_.state_size + derivative_.by_captured * form_.captured_size;
      if (block == LoopBody::captured_block && adjoints[k])
        write(read({LoopBody::state_block, form_.state_size + offset, shape}) + adjoints[k],
              form_.state_size + offset);
      if (block == LoopBody::scanned_block) write(adjoints[k], rows + offset, shape);
    }
  }

  LoopForm form_;
  LoopDerivative derivative_;
  GraphBuilder builder_;
  std::vector<Value> inputs_, outputs_;
  List<Place> places_;
  List<std::size_t> offsets_;
};

/// The body that a path leads to.
constexpr Graph derived_body(const LoopBody& body, std::size_t path) {
  if (path == 0) return remove_dead(body.graph);
  constexpr std::size_t digits = std::size_t{1} << LoopDerivative::digit_bits;
  std::size_t unit = 1;
  while (path / unit >= digits) unit *= digits;
  LoopForm form{&body, 1, body.state_size, body.captured_size, body.scanned_size, false, false, 0};
  Graph graph;
  for (; unit > 0; unit /= digits) {
    const LoopDerivative derivative = LoopDerivative::of(path / unit % digits);
    graph = BodyDifferentiation(form.path == 0 ? body.graph : graph.view(), form, derivative).result();
    form = derivative.apply(form);
  }
  return graph;
}

}  // namespace detail
}  // namespace ctnn
