#pragma once
#include <ctnn/ops/source.hpp>

namespace ctnn {

constexpr Value sum(Value x, std::size_t first, std::size_t last);
constexpr Value reshape(Value x, const Extents& shape);
constexpr Value broadcast(Value x, const Extents& shape);

namespace detail {

constexpr Attributes pack(const Extents& extents) {
  Attributes attributes;
  for (std::size_t i = 0; i < max_rank; ++i) attributes.integers[i] = extents[i];
  attributes.integers[max_rank] = extents.rank;
  return attributes;
}
constexpr Extents unpack(const Attributes& attributes) {
  Extents extents;
  for (std::size_t i = 0; i < attributes.integers[max_rank]; ++i) extents.push_back(attributes.integers[i]);
  return extents;
}

/// NumPy's rule: shapes are aligned at their last axes, and an axis of extent 1 is repeated.
constexpr bool broadcasts_to(const Extents& from, const Extents& to) {
  if (from.rank > to.rank) return false;
  for (std::size_t i = 0; i < from.rank; ++i)
    if (from[i] != 1 && from[i] != to[to.rank - from.rank + i]) return false;
  return true;
}

struct Broadcast {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const Extents target = unpack(s.attributes);
    if (!broadcasts_to(s.operands[0], target)) error += join("can't repeat ", s.operands[0], " to ", target);
    return {target};
  }

  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const Extents& from = s.operands[0];
    const std::size_t lead = s.result.rank - from.rank;
    for (std::size_t flat = 0; flat < s.result.elements(); ++flat) {
      std::size_t source = 0;
      for (std::size_t i = 0; i < from.rank; ++i)
        if (from[i] != 1) source += flat / s.result.stride(lead + i) % s.result[lead + i] * from.stride(i);
      result[flat] = operands[0][source];
    }
  }

  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return broadcast(tangents[0], at.result.shape());
  }

  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    const Extents from = at.operands[0].shape(), to = upstream.shape();
    const std::size_t lead = to.rank - from.rank;
    Value total = upstream;
    for (std::size_t last = to.rank; last > 0;) {
      const auto repeated = [&](std::size_t i) { return i < lead || (from[i - lead] == 1 && to[i] != 1); };
      if (!repeated(last - 1)) {
        --last;
        continue;
      }
      std::size_t first = last - 1;
      while (first > 0 && repeated(first - 1)) --first;
      total = sum(total, first, last);
      last = first;
    }
    adjoints[0] = reshape(total, from);
  }

  static constexpr Value simplify(const Application& at) {
    const Value x = at.operands[0];
    const Extents& to = at.result.shape();
    if (x.shape() == to) return x;
    if (x.shape().elements() == to.elements()) return reshape(x, to);
    if (is_constant(x)) return constant(*x.builder, x.node().attributes.scalar, to);
    return {};
  }
};

}  // namespace detail

namespace primitive {
/// x repeated to the extents in the integers, by NumPy's rule.
inline constexpr Primitive broadcast{.name = "broadcast",
                                     .kind = Kind::broadcast,
                                     .shape = detail::Broadcast::shape,
                                     .evaluate = detail::Broadcast::evaluate<double>,
                                     .tangent = detail::Broadcast::tangent,
                                     .adjoint = detail::Broadcast::adjoint,
                                     .simplify = detail::Broadcast::simplify};
}  // namespace primitive
template <>
struct Definition<&primitive::broadcast> : detail::Broadcast {};

/// x repeated to `shape`, by NumPy's rule.
constexpr Value broadcast(Value x, const Extents& shape) {
  return x ? x.builder->apply(primitive::broadcast, {x}, detail::pack(shape)) : Value{};
}

namespace detail {
/// The shape that both broadcast to; a complaint where there is none.
constexpr Extents common_shape(GraphBuilder& builder, const Extents& a, const Extents& b) {
  Extents result = a.rank > b.rank ? a : b;
  for (std::size_t i = 1; i <= (a.rank < b.rank ? a.rank : b.rank); ++i) {
    const std::size_t left = a[a.rank - i], right = b[b.rank - i];
    if (left != right && left != 1 && right != 1)
      builder.fail({}, join("combines ", a, " with ", b, ": an axis must be equal in both, or 1"));
    result[result.rank - i] = left == 1 ? right : left;
  }
  return result;
}
}  // namespace detail

}  // namespace ctnn

// The adjoint of a repetition is a sum, and a sum's is a repetition: each header needs the other's
// definitions.
#include <ctnn/ops/reduction.hpp>
