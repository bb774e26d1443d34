#pragma once
#include <ctnn/ops/arithmetic.hpp>

namespace ctnn {

constexpr Value all_reduce(Value x, std::size_t chunks);

namespace detail {

struct AllReduce {
  /// What the integers are. `in_phases` binds the operand to memory in which those of neighbouring chunks lie
  /// `stride` elements apart, and says which phase begins with it; before, all chunks are taken for equal.
  enum Integer : std::size_t { chunks, stride, phase };

  static constexpr ResultType shape(const Signature& s, Text&) { return {s.operands[0]}; }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const std::size_t elements = s.result.elements();
    for (std::size_t i = 0; i < elements; ++i) result[i] = operands[0][i];
    for (std::size_t c = 1; c < s.attributes.integers[chunks]; ++c)
      for (std::size_t i = 0; i < elements; ++i)
        result[i] += operands[0][c * s.attributes.integers[stride] + i];
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return all_reduce(tangents[0], at.attributes.integers[chunks]);
  }
  /// Each chunk has a part in what all of them get.
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = all_reduce(upstream, at.attributes.integers[chunks]);
  }
  static constexpr std::size_t flops(const Signature& s) {
    return s.attributes.integers[chunks] * s.result.elements();
  }
};

}  // namespace detail

namespace primitive {
/// The sum of the values that x has in the chunks of a mini-batch, each of which goes through the same graph.
inline constexpr Primitive all_reduce = describe<detail::AllReduce>("all_reduce", Kind::reduction);
}  // namespace primitive
template <>
struct Definition<&primitive::all_reduce> : detail::AllReduce {};

/// The sum of x over all of so many chunks.
constexpr Value all_reduce(Value x, std::size_t chunks) {
  return x && chunks > 1 ? x.builder->apply(primitive::all_reduce, {x}, {.integers = {chunks}}) : x;
}

}  // namespace ctnn
