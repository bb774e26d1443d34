#pragma once
#include <ctnn/ops/arithmetic.hpp>
#include <ctnn/ops/slice.hpp>

namespace ctnn {

/// Which end of an axis a running value begins at.
enum class Direction : std::size_t { forward, backward };

constexpr Value cumulative_sum(Value x, std::size_t axis, Direction direction = Direction::forward);
constexpr Value linear_recurrence(Value factor, Value term, std::size_t axis,
                                  Direction direction = Direction::forward);

namespace detail {

constexpr Direction opposite(Direction direction) {
  return direction == Direction::forward ? Direction::backward : Direction::forward;
}

/// x moved by one place along an axis: every element stands where the one after it did, in the direction; 0
/// comes first.
constexpr Value previous(Value x, std::size_t axis, Direction direction) {
  Extents begin = x.shape(), kept = x.shape();
  if (kept[axis] == 1) return constant_like(x, 0);
  for (std::size_t i = 0; i < begin.rank; ++i) begin[i] = 0;
  Extents after = begin;
  --kept[axis];
  (direction == Direction::forward ? after : begin)[axis] = 1;
  return pad(slice(x, begin, kept), after, x.shape());
}

/// A running value along one axis; the integers are the axis and the direction.
struct Running {
  static constexpr Attributes attributes(std::size_t axis, Direction direction) {
    return {.integers = {axis, static_cast<std::size_t>(direction)}};
  }
  static constexpr std::size_t axis(const Attributes& a) { return a.integers[0]; }
  static constexpr Direction direction(const Attributes& a) { return static_cast<Direction>(a.integers[1]); }

  static constexpr ResultType shape(const Signature& s, Text& error) {
    if (axis(s.attributes) >= s.operands[0].rank)
      error += join("has no axis ", axis(s.attributes), " in a tensor of shape ", s.operands[0]);
    return {s.operands[0]};
  }
  /// The operand seen as [outer, steps, inner].
  static constexpr RunningSizes sizes(const Signature& s) {
    const std::size_t steps = s.result[axis(s.attributes)], inner = s.result.stride(axis(s.attributes));
    return {s.result.elements() / (steps * inner), steps, inner,
            direction(s.attributes) == Direction::backward};
  }
  /// Calls visit(element, the element before it), or visit(element, element) for the first of a run.
  static constexpr void for_each(const RunningSizes& s, auto visit) {
    for (std::size_t o = 0; o < s.outer; ++o)
      for (std::size_t i = 0; i < s.inner; ++i)
        for (std::size_t t = 0, last = 0; t < s.steps; ++t) {
          const std::size_t place = (o * s.steps + (s.backward ? s.steps - 1 - t : t)) * s.inner + i;
          visit(place, t == 0 ? place : last);
          last = place;
        }
  }
};

struct CumulativeSum : Running {
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for_each(sizes(s), [&](std::size_t i, std::size_t before) {
      result[i] = before == i ? operands[0][i] : result[before] + operands[0][i];
    });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return cumulative_sum(tangents[0], axis(at.attributes), direction(at.attributes));
  }
  /// An element is in every sum from its own on.
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = cumulative_sum(upstream, axis(at.attributes), opposite(direction(at.attributes)));
  }
  static constexpr Value simplify(const Application& at) {
    return at.result.shape()[axis(at.attributes)] == 1 ? at.operands[0] : Value{};
  }
  static constexpr std::size_t flops(const Signature& s) { return s.result.elements(); }
};

/// y_t = a_t y_(t-1) + b_t for the operands a and b, from y_(-1) = 0. Tangent and adjoint are recurrences
/// again: the adjoint λ_t = u_t + a_(t+1) λ_(t+1) runs the other way.
struct LinearRecurrence : Running {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    if (s.operands[0] != s.operands[1]) error += join("combines ", s.operands[0], " with ", s.operands[1]);
    return Running::shape(s, error);
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for_each(sizes(s), [&](std::size_t i, std::size_t before) {
      result[i] = before == i ? operands[1][i] : operands[0][i] * result[before] + operands[1][i];
    });
  }
  static constexpr Value before(const Application& at) {
    return previous(at.result, axis(at.attributes), direction(at.attributes));
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    const Value by_factor = tangents[0] ? tangents[0] * before(at) : Value{};
    const Value term = !by_factor ? tangents[1] : !tangents[1] ? by_factor : by_factor + tangents[1];
    return linear_recurrence(at.operands[0], term, axis(at.attributes), direction(at.attributes));
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    const Direction back = opposite(direction(at.attributes));
    adjoints[1] = linear_recurrence(previous(at.operands[0], axis(at.attributes), back), upstream,
                                    axis(at.attributes), back);
    adjoints[0] = adjoints[1] * before(at);
  }
  static constexpr Value simplify(const Application& at) {
    return at.result.shape()[axis(at.attributes)] == 1 ? at.operands[1] : Value{};
  }
  static constexpr std::size_t flops(const Signature& s) { return 2 * s.result.elements(); }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive cumulative_sum = describe<detail::CumulativeSum>("cumulative_sum", Kind::movement);
inline constexpr Primitive linear_recurrence =
    describe<detail::LinearRecurrence>("linear_recurrence", Kind::movement);
}  // namespace primitive
template <>
struct Definition<&primitive::cumulative_sum> : detail::CumulativeSum {};
template <>
struct Definition<&primitive::linear_recurrence> : detail::LinearRecurrence {};

/// Element t of the result is the sum of the elements up to t along `axis`, or of those from t on.
constexpr Value cumulative_sum(Value x, std::size_t axis, Direction direction) {
  return x.builder->apply(primitive::cumulative_sum, {x}, detail::Running::attributes(axis, direction));
}
/// y_t = factor_t · y_(t-1) + term_t along `axis`, where y is 0 before the first: the first factor is not
/// used. Both operands have one shape.
constexpr Value linear_recurrence(Value factor, Value term, std::size_t axis, Direction direction) {
  return factor.builder->apply(primitive::linear_recurrence, {factor, term},
                               detail::Running::attributes(axis, direction));
}

}  // namespace ctnn
