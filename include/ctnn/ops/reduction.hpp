#pragma once
#include <ctnn/ops/functions.hpp>

namespace ctnn {

constexpr Value maximum(Value x, std::size_t first, std::size_t last);

namespace detail {

/// The derivative is shared evenly among ties, as PyTorch's amax does.
struct MaximumOverAxes : AxisReduction {
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    fold(s, operands[0], result, [](T most, T number) { return Maximum::value(most, number); });
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
inline constexpr Primitive maximum_over_axes =
    describe<detail::MaximumOverAxes>("maximum_over_axes", Kind::reduction);
}  // namespace primitive
template <>
struct Definition<&primitive::maximum_over_axes> : detail::MaximumOverAxes {};

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
  // One division for all: one of vectors takes as long as an exponential.
  return e * (1.0 / reshape(sum(e, axis, axis + 1), detail::with_axis_one(x.shape(), axis)));
}
}  // namespace ops

}  // namespace ctnn
