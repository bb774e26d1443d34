#pragma once
#include <ctnn/ops/reshape.hpp>

namespace ctnn {

constexpr Value slice(Value x, const Extents& begin, const Extents& shape);
constexpr Value pad(Value x, const Extents& before, const Extents& shape);

namespace detail {

/// A box inside a larger block: the integers hold where it begins, then the extents of the result.
struct Box {
  static constexpr Attributes attributes(const Extents& begin, const Extents& shape) {
    Attributes a;
    for (std::size_t i = 0; i < max_rank; ++i) a.integers[i] = begin[i], a.integers[max_rank + i] = shape[i];
    return a;
  }
  static constexpr Extents begin(const Attributes& a, std::size_t rank) { return extents(a, 0, rank); }
  static constexpr Extents result(const Attributes& a, std::size_t rank) {
    return extents(a, max_rank, rank);
  }
  static constexpr Extents extents(const Attributes& a, std::size_t first, std::size_t rank) {
    Extents e;
    for (std::size_t i = 0; i < rank; ++i) e.push_back(a.integers[first + i]);
    return e;
  }
  static constexpr bool contains(const Extents& block, const Extents& box, const Extents& begin) {
    for (std::size_t i = 0; i < block.rank; ++i)
      if (begin[i] > block[i] || box[i] > block[i] - begin[i]) return false;
    return true;
  }
  /// Calls visit(index in the block, index in the box, elements) for every row of the box: its last axis.
  static constexpr void for_each_row(const Extents& block, const Extents& box, const Extents& begin,
                                     auto visit) {
    const std::size_t columns = box.rank == 0 ? 1 : box.back();
    for (std::size_t flat = 0; flat < box.elements(); flat += columns) {
      std::size_t place = 0;
      for (std::size_t i = 0; i < box.rank; ++i)
        place += (flat / box.stride(i) % box[i] + begin[i]) * block.stride(i);
      visit(place, flat, columns);
    }
  }
};

struct Slice : Box {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const std::size_t rank = s.operands[0].rank;
    const Extents box = result(s.attributes, rank);
    if (!contains(s.operands[0], box, begin(s.attributes, rank)))
      error += join("cannot cut ", box, " at ", begin(s.attributes, rank), " out of ", s.operands[0]);
    return {box};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for_each_row(s.operands[0], s.result, begin(s.attributes, s.result.rank),
                 [&](std::size_t block, std::size_t box, std::size_t columns) {
                   for (std::size_t column = 0; column < columns; ++column)
                     result[box + column] = operands[0][block + column];
                 });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return slice(tangents[0], begin(at.attributes, at.result.shape().rank), at.result.shape());
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = pad(upstream, begin(at.attributes, upstream.shape().rank), at.operands[0].shape());
  }
  static constexpr Value simplify(const Application& at) {
    const Value x = at.operands[0];
    if (x.shape() == at.result.shape()) return x;
    if (is_constant(x)) return constant(*x.builder, x.node().attributes.scalar, at.result.shape());
    return {};
  }
};

struct Pad : Box {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const std::size_t rank = s.operands[0].rank;
    const Extents block = result(s.attributes, rank);
    if (!contains(block, s.operands[0], begin(s.attributes, rank)))
      error += join("cannot place ", s.operands[0], " at ", begin(s.attributes, rank), " in ", block);
    return {block};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each_row(s.result, s.operands[0], begin(s.attributes, s.result.rank),
                 [&](std::size_t block, std::size_t box, std::size_t columns) {
                   for (std::size_t column = 0; column < columns; ++column)
                     result[block + column] = operands[0][box + column];
                 });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return pad(tangents[0], begin(at.attributes, at.result.shape().rank), at.result.shape());
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    adjoints[0] = slice(upstream, begin(at.attributes, upstream.shape().rank), at.operands[0].shape());
  }
  static constexpr Value simplify(const Application& at) {
    return at.operands[0].shape() == at.result.shape() ? at.operands[0] : Value{};
  }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive slice = describe<detail::Slice>("slice", Kind::movement);
inline constexpr Primitive pad = describe<detail::Pad>("pad", Kind::movement);
}  // namespace primitive
template <>
struct Definition<&primitive::slice> : detail::Slice {};
template <>
struct Definition<&primitive::pad> : detail::Pad {};

/// The box of extents `shape` that begins at `begin` in x; both have x's rank.
constexpr Value slice(Value x, const Extents& begin, const Extents& shape) {
  return x.builder->apply(primitive::slice, {x}, detail::Box::attributes(begin, shape));
}
/// Zeros of extents `shape`, with x placed at `before`; both have x's rank.
constexpr Value pad(Value x, const Extents& before, const Extents& shape) {
  return x.builder->apply(primitive::pad, {x}, detail::Box::attributes(before, shape));
}

}  // namespace ctnn
