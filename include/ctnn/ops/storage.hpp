#pragma once
#include <ctnn/ops/elementwise.hpp>
#include <ctnn/ops/reshape.hpp>

namespace ctnn {
namespace detail {

struct CopyOut : Copy {
  static constexpr bool takes_indices = true;
  static constexpr ResultType shape(const Signature& s, Text&) { return {s.operands[0], s.types[0]}; }
  static constexpr Value tangent(const Application&, std::span<const Value> tangents) { return tangents[0]; }
  static constexpr void adjoint(const Application&, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = upstream;
  }
};

struct Fill {
  static constexpr std::size_t arity = 0;
  static constexpr void evaluate(const Signature& s, const double* const*, double* result) {
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = s.attributes.scalar;
  }
};

}  // namespace detail

namespace primitive {
/// The operand again, in memory of its own: how a value that lives elsewhere reaches an output.
inline constexpr Primitive copy = describe<detail::CopyOut>("copy", Kind::movement);
/// A constant in memory, for kernels that read it from there.
inline constexpr Primitive fill{
    .name = "fill", .kind = Kind::elementwise, .shape = no_rule, .evaluate = detail::Fill::evaluate};
}  // namespace primitive
template <>
struct Definition<&primitive::copy> : detail::CopyOut {};
template <>
struct Definition<&primitive::constant> : detail::Fill {};
template <>
struct Definition<&primitive::fill> : detail::Fill {};

}  // namespace ctnn
