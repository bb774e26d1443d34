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
  Attributes attributes;
  for (std::size_t i = 0; i < max_rank; ++i) attributes.integers[i] = extents[i];
  attributes.integers[max_rank] = extents.rank;
  return attributes;
}
constexpr Extents unpack(const Attributes& attributes) {
  Extents extents;
  for (std::size_t i = 0; i < attributes.integers[max_rank]; ++i) extents.push_back(attributes.integers[i]);
  return extents;
}
}  // namespace detail

}  // namespace ctnn
