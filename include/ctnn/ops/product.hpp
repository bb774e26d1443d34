#pragma once
#include <ctnn/ops/cumulative.hpp>

namespace ctnn {

constexpr Value product(Value x, std::size_t first, std::size_t last);

namespace detail {

struct Product : AxisReduction {
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    fold(s, operands[0], result, [](T total, T factor) { return total * factor; });
  }

  /// For each element the product of those before it along axis 1 of x, in the direction.
  static constexpr Value product_before(Value x, Direction direction) {
    Extents first = x.shape(), begin = x.shape();
    for (std::size_t i = 0; i < begin.rank; ++i) begin[i] = 0;
    if (direction == Direction::backward) begin[1] = first[1] - 1;
    first[1] = 1;
    const Value one = pad(constant(*x.builder, 1, first), begin, x.shape());
    return linear_recurrence(previous(x, 1, direction), one, 1, direction);
  }
  /// For each element the product of all others: without a division, so that it holds at zeros, too.
  static constexpr Value others(const Application& at) {
    const Value x = at.operands[0];
    const Extents shape = x.shape();
    const ReductionSizes s = sizes({.operands = {shape}, .attributes = at.attributes});
    const Value flat = reshape(x, {s.outer, s.reduced, s.inner});
    return reshape(product_before(flat, Direction::forward) * product_before(flat, Direction::backward),
                   shape);
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return sum(others(at) * tangents[0], at.attributes.integers[0], at.attributes.integers[1]);
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = others(at) * spread(at, upstream);
  }
  static constexpr Value simplify(const Application& at) {
    const Value x = at.operands[0];
    if (x.shape().elements() == at.result.shape().elements()) return reshape(x, at.result.shape());
    return {};
  }
};

}  // namespace detail

namespace primitive {
/// The product over the axes [first, last) in the integers.
inline constexpr Primitive product = describe<detail::Product>("product", Kind::reduction);
}  // namespace primitive
template <>
struct Definition<&primitive::product> : detail::Product {};

/// Product over the axes [first, last), which disappear. Its derivatives are right at zeros.
constexpr Value product(Value x, std::size_t first, std::size_t last) {
  return x.builder->apply(primitive::product, {x}, {.integers = {first, last}});
}

}  // namespace ctnn
