#pragma once
#include <ctnn/core/geometry.hpp>
#include <ctnn/core/math.hpp>
#include <ctnn/ops/reshape.hpp>
#include <utility>

namespace ctnn {

constexpr Value sum(Value x, std::size_t first, std::size_t last);
constexpr Value broadcast(Value x, const Extents& shape);

namespace detail {

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
    if (!broadcasts_to(s.operands[0], target)) error += join("cannot repeat ", s.operands[0], " to ", target);
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

/// What reductions over the axes [first, last), the integers, share.
struct AxisReduction {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const auto [first, last] = axes(s.attributes);
    if (first >= last || last > s.operands[0].rank) {
      error += join("cannot reduce axes ", first, " to ", last, " of ", s.operands[0]);
      return {s.operands[0]};
    }
    Extents result;
    for (std::size_t i = 0; i < s.operands[0].rank; ++i)
      if (i < first || i >= last) result.push_back(s.operands[0][i]);
    return {result};
  }
  static constexpr std::pair<std::size_t, std::size_t> axes(const Attributes& a) {
    return {a.integers[0], a.integers[1]};
  }

  /// The operand seen as [outer, reduced, inner].
  static constexpr ReductionSizes sizes(const Signature& s) {
    ReductionSizes sizes{1, 1, 1};
    const auto [first, last] = axes(s.attributes);
    for (std::size_t i = 0; i < s.operands[0].rank; ++i)
      (i < first ? sizes.outer : i < last ? sizes.reduced : sizes.inner) *= s.operands[0][i];
    return sizes;
  }
  /// A reduced value repeated along the axes that it lost.
  static constexpr Value spread(const Application& at, Value reduced) {
    const auto [first, last] = axes(at.attributes);
    const Extents shape = at.operands[0].shape();
    Extents kept = shape;
    for (std::size_t i = first; i < last; ++i) kept[i] = 1;
    return broadcast(reshape(reduced, kept), shape);
  }
  static constexpr std::size_t flops(const Signature& s) { return s.operands[0].elements(); }
  static constexpr void depend(const Signature& s, std::size_t, std::vector<Dependence>& pairs) {
    const auto [outer, reduced, inner] = sizes(s);
    for (std::size_t e = 0; e < outer * reduced * inner; ++e)
      pairs.push_back({e / (reduced * inner) * inner + e % inner, e});
  }

  template <class T>
  static constexpr void fold(const Signature& s, const T* operand, T* result, auto combine) {
    const auto [outer, reduced, inner] = sizes(s);
    for (std::size_t o = 0; o < outer; ++o)
      for (std::size_t i = 0; i < inner; ++i) {
        T total = operand[o * reduced * inner + i];
        for (std::size_t r = 1; r < reduced; ++r)
          total = combine(total, operand[(o * reduced + r) * inner + i]);
        result[o * inner + i] = total;
      }
  }
};

struct Sum : AxisReduction {
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    fold(s, operands[0], result, [](T total, T term) { return total + term; });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return sum(tangents[0], at.attributes.integers[0], at.attributes.integers[1]);
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = spread(at, upstream);
  }
  static constexpr Value simplify(const Application& at) {
    const Value x = at.operands[0];
    const double reduced =
        static_cast<double>(x.shape().elements()) / static_cast<double>(at.result.shape().elements());
    if (reduced == 1) return reshape(x, at.result.shape());
    if (!is_constant(x)) return {};
    const double number = x.node().attributes.scalar;
    if (!scalar::is_finite(number) || !scalar::product_is_finite(number, reduced)) return {};
    return constant(*x.builder, number * reduced, at.result.shape());
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
/// The sum over the axes [first, last) in the integers.
inline constexpr Primitive sum = describe<detail::Sum>("sum", Kind::reduction);
}  // namespace primitive
template <>
struct Definition<&primitive::broadcast> : detail::Broadcast {};
template <>
struct Definition<&primitive::sum> : detail::Sum {};

/// x repeated to `shape`, by NumPy's rule.
constexpr Value broadcast(Value x, const Extents& shape) {
  return x ? x.builder->apply(primitive::broadcast, {x}, detail::pack(shape)) : Value{};
}

/// What x repeats along all axes but one, [extent of that axis]; absent if it is not so.
constexpr Value along_axis(Value x, std::size_t axis) {
  const Value from = x.is(primitive::broadcast) ? x.operand(0) : x;
  const Extents shape = from.shape();
  const std::size_t lead = x.shape().rank - shape.rank;
  if (shape.elements() != x.shape()[axis]) return {};
  for (std::size_t i = 0; i < shape.rank; ++i)
    if (shape[i] != 1 && lead + i != axis) return {};
  return reshape(from, {x.shape()[axis]});
}

/// Sum over the axes [first, last), which disappear.
constexpr Value sum(Value x, std::size_t first, std::size_t last) {
  return x.builder->apply(primitive::sum, {x}, {.integers = {first, last}});
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
