#pragma once
#include <ctnn/ops/slice.hpp>

namespace ctnn {

constexpr Value concat(std::span<const Value> parts, std::size_t axis);

namespace detail {

struct Concat {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const std::size_t axis = s.attributes.integers[0];
    Extents result = s.operands[0];
    for (std::size_t i = 1; i < s.operand_count; ++i) {
      Extents aligned = s.operands[i];
      if (aligned.rank == result.rank && axis < result.rank) aligned[axis] = s.operands[0][axis];
      if (axis >= result.rank || aligned != s.operands[0])
        error += join("cannot join ", s.operands[i], " to ", s.operands[0], " along axis ", axis);
      else
        result[axis] += s.operands[i][axis];
    }
    return {result};
  }

  /// Elements of one operand that stand side by side in the result.
  static constexpr std::size_t run(const Signature& s, std::size_t operand) {
    const std::size_t axis = s.attributes.integers[0];
    return s.operands[operand][axis] * s.operands[operand].stride(axis);
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const std::size_t runs = s.operands[0].elements() / run(s, 0);
    for (std::size_t r = 0; r < runs; ++r)
      for (std::size_t i = 0; i < s.operand_count; ++i)
        for (std::size_t e = 0; e < run(s, i); ++e) *result++ = operands[i][r * run(s, i) + e];
  }

  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    std::vector<Value> parts;
    for (std::size_t i = 0; i < tangents.size(); ++i)
      parts.push_back(tangents[i] ? tangents[i] : constant(*at.result.builder, 0, at.operands[i].shape()));
    return concat(parts, at.attributes.integers[0]);
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    const std::size_t axis = at.attributes.integers[0];
    Extents begin = upstream.shape();
    for (std::size_t i = 0; i < begin.rank; ++i) begin[i] = 0;
    for (std::size_t i = 0; i < adjoints.size(); ++i) {
      adjoints[i] = slice(upstream, begin, at.operands[i].shape());
      begin[axis] += at.operands[i].shape()[axis];
    }
  }
  static constexpr Value simplify(const Application& at) {
    return at.operands.size() == 1 ? at.operands[0] : Value{};
  }
};

}  // namespace detail

namespace primitive {
/// The operands side by side along the axis in integer 0.
inline constexpr Primitive concat = describe<detail::Concat>("concat", Kind::movement);
}  // namespace primitive
template <>
struct Definition<&primitive::concat> : detail::Concat {};

/// `parts` side by side along `axis`; their other extents must be equal.
constexpr Value concat(std::span<const Value> parts, std::size_t axis) {
  Value joined = parts.front();
  const Attributes attributes{.integers = {axis}};
  for (std::size_t first = 1; first < parts.size();) {
    Value operands[Signature::max_operands]{joined};
    std::size_t count = 1;
    while (count < Signature::max_operands && first < parts.size()) operands[count++] = parts[first++];
    joined = joined.builder->apply(primitive::concat, std::span<const Value>(operands, count), attributes);
  }
  return joined;
}

}  // namespace ctnn
