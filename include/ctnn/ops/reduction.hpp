#pragma once
#include <ctnn/core/geometry.hpp>
#include <ctnn/ops/functions.hpp>
#include <ctnn/ops/reshape.hpp>

namespace ctnn {

constexpr Value maximum(Value x, std::size_t first, std::size_t last);

namespace detail {

/// What reductions over the axes [first, last), the integers, share.
struct AxisReduction {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const auto [first, last] = axes(s.attributes);
    if (first >= last || last > s.operands[0].rank) {
      error += join("can't reduce axes ", first, " to ", last, " of ", s.operands[0]);
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
    fold(s, operands[0], result, [](T a, T b) { return a + b; });
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
    if (is_constant(x)) return constant(*x.builder, x.node().attributes.scalar * reduced, at.result.shape());
    return {};
  }
};

/// The derivative is shared evenly among ties, as PyTorch's amax does.
struct MaximumOverAxes : AxisReduction {
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    fold(s, operands[0], result, [](T a, T b) { return Maximum::value(a, b); });
  }
  static constexpr Value shares(const Application& at) {
    const Value hits = indicator(equal(at.operands[0], spread(at, at.result)));
    return hits / spread(at, sum(hits, at.attributes.integers[0], at.attributes.integers[1]));
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return sum(shares(at) * tangents[0], at.attributes.integers[0], at.attributes.integers[1]);
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = shares(at) * spread(at, upstream);
  }
  static constexpr Value simplify(const Application& at) {
    const Value x = at.operands[0];
    if (x.shape().elements() == at.result.shape().elements()) return reshape(x, at.result.shape());
    if (is_constant(x)) return constant(*x.builder, x.node().attributes.scalar, at.result.shape());
    return {};
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive sum = describe<detail::Sum>("sum", Kind::reduction);
inline constexpr Primitive maximum_over_axes =
    describe<detail::MaximumOverAxes>("maximum_over_axes", Kind::reduction);
}  // namespace primitive
template <>
struct Definition<&primitive::sum> : detail::Sum {};
template <>
struct Definition<&primitive::maximum_over_axes> : detail::MaximumOverAxes {};

/// Sum over the axes [first, last), which disappear.
constexpr Value sum(Value x, std::size_t first, std::size_t last) {
  return x.builder->apply(primitive::sum, {x}, {.integers = {first, last}});
}
/// Largest element along the axes [first, last), which disappear; NaN if there is one.
constexpr Value maximum(Value x, std::size_t first, std::size_t last) {
  return x.builder->apply(primitive::maximum_over_axes, {x}, {.integers = {first, last}});
}
/// Mean over the axes [first, last), which disappear.
constexpr Value mean(Value x, std::size_t first, std::size_t last) {
  const Value total = sum(x, first, last);
  return total / (static_cast<double>(x.shape().elements()) / static_cast<double>(total.shape().elements()));
}

namespace detail {
constexpr Extents with_axis_one(Extents shape, std::size_t axis) {
  shape[axis] = 1;
  return shape;
}
/// The largest elements along an axis (kept, with extent 1), 0 where infinite: what exponents are shifted by.
constexpr Value exponent_shift(Value x, std::size_t axis) {
  const Value largest = maximum(x, axis, axis + 1);
  const Value infinity = constant_like(largest, std::numeric_limits<double>::infinity());
  const Value finite = select(less(abs(largest), infinity), largest, constant_like(largest, 0));
  return stop_gradient(reshape(finite, with_axis_one(x.shape(), axis)));
}
}  // namespace detail

/// log(sum(exp(x))) along one axis, which disappears; does not overflow.
constexpr Value log_sum_exp(Value x, std::size_t axis) {
  const Value shift = detail::exponent_shift(x, axis);
  const Value total = sum(exp(x - shift), axis, axis + 1);
  return log(total) + reshape(shift, total.shape());
}

namespace ops {
/// exp(x) / sum(exp(x)) along one axis; does not overflow.
constexpr Value softmax(Value x, std::size_t axis) {
  const Value e = exp(x - detail::exponent_shift(x, axis));
  return e / reshape(sum(e, axis, axis + 1), detail::with_axis_one(x.shape(), axis));
}
}  // namespace ops

}  // namespace ctnn
