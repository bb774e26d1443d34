#pragma once
#include <ctnn/ops/slice.hpp>

namespace ctnn {

constexpr Value gather(Value x, Value index, std::size_t axis);
constexpr Value scatter_add(Value updates, Value index, std::size_t axis, std::size_t extent);

namespace detail {

/// Element [o, p, i] of the smaller block belongs to [o, index[o, p, i], i] of the larger one, along the axis
/// in integer 0; integer 1 is the larger block's extent there.
struct Indexed {
  static constexpr bool takes_indices = true;
  static constexpr void check_types(const Signature& s, Text& error) {
    if (s.types[0] == ElementType::index)
      error += "gathers and scatters numbers, receives indices";
    else if (s.types[1] != ElementType::index)
      error += "gathers and scatters by indices, receives numbers";
  }
  static constexpr void for_each(const Signature& s, const Extents& picked, const auto* index, auto visit) {
    const std::size_t axis = s.attributes.integers[0], extent = s.attributes.integers[1];
    const std::size_t inner = picked.stride(axis), count = picked[axis];
    for (std::size_t flat = 0; flat < picked.elements(); ++flat) {
      const std::size_t outer = flat / (inner * count);
      visit(flat, (outer * extent + static_cast<std::size_t>(index[flat])) * inner + flat % inner);
    }
  }
};

struct Gather : Indexed {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    check_types(s, error);
    const std::size_t axis = s.attributes.integers[0];
    Extents aligned = s.operands[1];
    if (aligned.rank == s.operands[0].rank && axis < aligned.rank) aligned[axis] = s.operands[0][axis];
    if (axis >= s.operands[0].rank || aligned != s.operands[0])
      error += join("cannot gather ", s.operands[1], " from ", s.operands[0], " along axis ", axis);
    return {s.operands[1]};
  }
  template <class T, class I>
  static constexpr void pick(const Signature& s, const T* x, const I* index, T* result) {
    for_each(s, s.result, index, [&](std::size_t small, std::size_t large) { result[small] = x[large]; });
  }
  static constexpr void evaluate(const Signature& s, const double* const* operands, double* result) {
    pick(s, operands[0], operands[1], result);
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return tangents[0] ? gather(tangents[0], at.operands[1], at.attributes.integers[0]) : Value{};
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = scatter_add(upstream, at.operands[1], at.attributes.integers[0], at.attributes.integers[1]);
  }
};

struct ScatterAdd : Indexed {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    check_types(s, error);
    if (s.operands[0] != s.operands[1])
      error += join("cannot scatter ", s.operands[0], " by indices ", s.operands[1]);
    const std::size_t axis = s.attributes.integers[0];
    Extents result = s.operands[0];
    if (axis < result.rank)
      result[axis] = s.attributes.integers[1];
    else
      error += join("cannot scatter ", s.operands[0], " along axis ", axis);
    return {result};
  }
  template <class T, class I>
  static constexpr void add(const Signature& s, const T* updates, const I* index, T* result) {
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each(s, s.operands[0], index,
             [&](std::size_t small, std::size_t large) { result[large] += updates[small]; });
  }
  static constexpr void evaluate(const Signature& s, const double* const* operands, double* result) {
    add(s, operands[0], operands[1], result);
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    if (!tangents[0]) return {};
    return scatter_add(tangents[0], at.operands[1], at.attributes.integers[0], at.attributes.integers[1]);
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = gather(upstream, at.operands[1], at.attributes.integers[0]);
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive gather = describe<detail::Gather>("gather", Kind::movement);
inline constexpr Primitive scatter_add = describe<detail::ScatterAdd>("scatter_add", Kind::movement);
}  // namespace primitive
template <>
struct Definition<&primitive::gather> : detail::Gather {};
template <>
struct Definition<&primitive::scatter_add> : detail::ScatterAdd {};

/// result[…, p, …] = x[…, index[…, p, …], …] along `axis`: x and index agree in all other axes. Indices must
/// be in range.
constexpr Value gather(Value x, Value index, std::size_t axis) {
  const Attributes attributes{.integers = {axis, axis < x.shape().rank ? x.shape()[axis] : 0}};
  return x.builder->apply(primitive::gather, {x, index}, attributes);
}
/// Zeros, `extent` along `axis`, with every update added at its index: the adjoint of gather.
constexpr Value scatter_add(Value updates, Value index, std::size_t axis, std::size_t extent) {
  return updates.builder->apply(primitive::scatter_add, {updates, index}, {.integers = {axis, extent}});
}

}  // namespace ctnn
