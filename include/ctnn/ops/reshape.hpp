#pragma once
#include <ctnn/ops/source.hpp>

namespace ctnn {

constexpr Value reshape(Value x, const Extents& shape);

namespace detail {

/// Both views of one operand: nothing is computed, so the meaning is a copy.
struct Copy {
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = operands[0][i];
  }
};

struct Reshape : Copy {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const Extents target = unpack(s.attributes);
    if (s.operands[0].elements() != target.elements())
      error += join("cannot reshape ", s.operands[0], " to ", target, ": the number of elements differs");
    return {target, s.types[0]};
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return reshape(tangents[0], at.result.shape());
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = reshape(upstream, at.operands[0].shape());
  }
  static constexpr Value simplify(const Application& at);
};

struct StopGradient : Copy {
  static constexpr ResultType shape(const Signature& s, Text&) { return {s.operands[0], s.types[0]}; }
  static constexpr Value tangent(const Application&, std::span<const Value>) { return {}; }
  static constexpr void adjoint(const Application&, const Value&, std::span<Value>) {}
};

}  // namespace detail

namespace primitive {
/// The same elements in row-major order under the extents in the integers.
inline constexpr Primitive reshape{.name = "reshape",
                                   .kind = Kind::view,
                                   .shape = detail::Reshape::shape,
                                   .evaluate = detail::Reshape::evaluate<double>,
                                   .tangent = detail::Reshape::tangent,
                                   .adjoint = detail::Reshape::adjoint,
                                   .simplify = detail::Reshape::simplify,
                                   .takes_indices = true};
/// x, taken for a constant by derivatives.
inline constexpr Primitive stop_gradient{.name = "stop_gradient",
                                         .kind = Kind::view,
                                         .shape = detail::StopGradient::shape,
                                         .evaluate = detail::StopGradient::evaluate<double>,
                                         .tangent = detail::StopGradient::tangent,
                                         .adjoint = detail::StopGradient::adjoint,
                                         .takes_indices = true};
}  // namespace primitive
template <>
struct Definition<&primitive::reshape> : detail::Reshape {};
template <>
struct Definition<&primitive::stop_gradient> : detail::StopGradient {};

/// The elements of x in row-major order, as `shape`; the number of elements must be the same.
constexpr Value reshape(Value x, const Extents& shape) {
  return x ? x.builder->apply(primitive::reshape, {x}, detail::pack(shape)) : Value{};
}
/// x, whose derivative is taken to be zero.
constexpr Value stop_gradient(Value x) {
  return x.builder->apply(primitive::stop_gradient, {x});
}

constexpr Value detail::Reshape::simplify(const Application& at) {
  const Value x = at.operands[0];
  const Extents& to = at.result.shape();
  if (x.shape() == to) return x;
  if (x.is(primitive::reshape)) return reshape(x.operand(0), to);
  if (is_constant(x)) return constant(*x.builder, x.node().attributes.scalar, to, x.node().type);
  return {};
}

}  // namespace ctnn
