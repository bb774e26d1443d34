#pragma once
#include <ctnn/graph/graph_builder.hpp>

namespace ctnn {
namespace primitive {

constexpr ResultType no_rule(const Signature&, Text&) {
  return {};
}

/// A value that the caller binds: integers are {block, element offset}.
inline constexpr Primitive input{.name = "input", .kind = Kind::source, .shape = no_rule};

/// The same number everywhere: `scalar`.
inline constexpr Primitive constant{.name = "constant", .kind = Kind::source, .shape = no_rule};

}  // namespace primitive

constexpr Value input(GraphBuilder& builder, const Extents& shape, Binding binding,
                      ElementType type = ElementType::real) {
  Attributes attributes{.integers = {binding.block, binding.offset}};
  return builder.source(primitive::input, {shape, type}, attributes);
}

/// `number` in every element of `shape`; indices are no constants.
constexpr Value constant(GraphBuilder& builder, double number, const Extents& shape,
                         ElementType type = ElementType::real) {
  const Value result = builder.source(primitive::constant, {shape, type}, {.scalar = number});
  return type == ElementType::index ? builder.fail(result, "makes constants of indices: bind an input")
                                    : result;
}

constexpr bool is_constant(const Value& x) {
  return x.is(primitive::constant);
}
constexpr bool is_constant(const Value& x, double number) {
  return is_constant(x) && x.node().attributes.scalar == number;
}

namespace detail {
constexpr Attributes pack(const Extents& extents) {
  static_assert(max_rank == 6);
  const auto* a = extents.axis;
  return {.integers = {a[0], a[1], a[2], a[3], a[4], a[5], extents.rank}};
}
constexpr Extents unpack(const Attributes& attributes) {
  Extents extents;
  const auto* a = attributes.integers;
  auto* e = extents.axis;
  e[0] = a[0], e[1] = a[1], e[2] = a[2], e[3] = a[3], e[4] = a[4], e[5] = a[5], extents.rank = a[max_rank];
  return extents;
}
}  // namespace detail

}  // namespace ctnn
