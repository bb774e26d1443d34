#pragma once
#include <cstddef>
#include <cstdint>
#include <ctnn/core/shape.hpp>
#include <ctnn/core/text.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace ctnn {

/// What the elements of a graph's value are: numbers of the model's type, 32-bit indices, or truth values.
enum class ElementType : std::uint8_t { real, index, boolean };

struct LoopBody;
struct NarrowWeight;

/// What a node knows besides its operands. Each primitive gives the integers its own meaning, beside its
/// rules.
struct Attributes {
  static constexpr std::size_t capacity = 12;
  std::size_t integers[capacity]{};
  double scalar = 0;
  /// What a loop repeats; of all else, null.
  const LoopBody* body = nullptr;

  friend constexpr bool operator==(const Attributes&, const Attributes&) = default;
};

/// The shapes, types and attributes of one application of a primitive: all that its kernel is keyed by.
struct Signature {
  static constexpr std::size_t max_operands = 8;
  Extents operands[max_operands]{};
  ElementType types[max_operands]{};
  std::size_t operand_count = 0;
  Extents result{};
  Attributes attributes{};
};

/// One result of a shape rule; `type` is real unless the rule says otherwise.
struct ResultType {
  Extents shape{};
  ElementType type = ElementType::real;
};

/// An element of a result, and one of an operand that it depends on: flat indices.
struct Dependence {
  std::size_t result, operand;
};

struct Value;
class GraphBuilder;

/// A node as the derivative rules see it.
struct Application {
  const Value& result;
  std::span<const Value> operands;
  const Attributes& attributes;
  /// Bit i says that nobody asks for the adjoint of operand i.
  unsigned unwanted = 0;
};

enum class Kind : std::uint8_t {
  source,       ///< an input, parameter, state or constant: has no operands
  elementwise,  ///< every element of the result comes from the same element of each operand
  view,         ///< the result is the operand's memory under another shape
  broadcast,    ///< a repetition that elementwise work reads through strides
  movement,     ///< a rearrangement with a kernel of its own
  reduction,    ///< fewer elements out than in
  contraction   ///< a product and a sum; its kernel hands results to an epilogue
};

/// FNV-1a of a primitive's name: names, unlike addresses, can be hashed while compiling.
constexpr std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 14695981039346656037u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

/// One operation of the graph: its shape rule, meaning, tangent, adjoint and algebra. The set is open: a
/// primitive is an `inline constexpr` object of this type, and its code is found by its address (Definition,
/// Kernel).
struct Primitive {
  std::string_view name;
  Kind kind;

  /// Result for the operands' shapes in `signature`; a complaint in `error` when they do not fit. Elementwise
  /// primitives have none: their operands and result are of one shape.
  ResultType (*shape)(const Signature& signature, Text& error) = nullptr;
  /// The meaning, in plain scalar loops: what every kernel is tested against.
  void (*evaluate)(const Signature& signature, const double* const* operands, double* result) = nullptr;
  /// Directional derivative of the result, given those of the operands (absent ones are zero).
  Value (*tangent)(const Application& at, std::span<const Value> tangents) = nullptr;
  /// Writes to `adjoints[i]` what `upstream` contributes to operand i; leaves it absent where it is zero.
  void (*adjoint)(const Application& at, const Value& upstream, std::span<Value> adjoints) = nullptr;
  /// An equal value of less work, or an absent one. Sees simplified operands.
  Value (*simplify)(const Application& at) = nullptr;
  /// An equal value for the case that operand `fixed` is known before the call and may be rearranged once.
  Value (*specialize)(const Application& at, std::size_t fixed) = nullptr;
  /// The result times `factor`, of its shape, by another operand 1, where factor and operand 1 are known
  /// before the call; an absent value if that can't be.
  Value (*scale)(const Application& at, const Value& factor) = nullptr;
  /// The result by another operand 1, [..., channels of the result], which is kept in words; an absent value
  /// if that can't be.
  Value (*narrow)(const Application& at, const NarrowWeight& weight) = nullptr;
  /// Floating-point operations of one application, and of elementwise work those of an element.
  std::size_t (*flops)(const Signature& signature) = nullptr;
  std::size_t operations = 1;
  /// Appends the elements of an operand that each element of the result depends on. Without it, every element
  /// does on every one, but in elementwise work and in rearrangements.
  void (*depend)(const Signature& signature, std::size_t operand, std::vector<Dependence>& pairs) = nullptr;
  /// Whether operands may be indices: its shape rule then says which.
  bool takes_indices = false;
  bool commutative = false;
  /// What the result of an elementwise primitive is made of.
  ElementType type = ElementType::real;
  /// Elementwise work that is cheaper to repeat than to store and read back.
  bool cheap = false;
  /// How many of a contraction's last axes its kernel hands over side by side, as columns.
  std::size_t column_axes = 0;
  /// Which integer of its attributes, other than the first, says how many of the columns of operand 1, a
  /// matrix that is known before the call, count: the others are padding. 0 if it takes no padding.
  std::size_t columns_integer = 0;
  std::uint64_t hash = name_hash(name);
};

/// Ties a primitive's address to its definition. Specialise it beside the primitive:
/// `template <> struct Definition<&exponential> : Exponential {};`
template <const Primitive*>
struct Definition;

/// The primitive that a definition D describes: D gives evaluate, and of shape, tangent, adjoint, simplify,
/// specialize, scale, narrow, flops, depend, column_axes, columns_integer and takes_indices those that it
/// has.
template <class D>
consteval Primitive describe(std::string_view name, Kind kind) {
  Primitive primitive{.name = name, .kind = kind};
  if constexpr (requires { &D::shape; }) primitive.shape = &D::shape;
  if constexpr (requires { &D::template evaluate<double>; })
    primitive.evaluate = &D::template evaluate<double>;
  else
    primitive.evaluate = &D::evaluate;
  if constexpr (requires { &D::tangent; }) primitive.tangent = &D::tangent;
  if constexpr (requires { &D::adjoint; }) primitive.adjoint = &D::adjoint;
  if constexpr (requires { &D::simplify; }) primitive.simplify = &D::simplify;
  if constexpr (requires { &D::specialize; }) primitive.specialize = &D::specialize;
  if constexpr (requires { &D::scale; }) primitive.scale = &D::scale;
  if constexpr (requires { &D::narrow; }) primitive.narrow = &D::narrow;
  if constexpr (requires { &D::flops; }) primitive.flops = &D::flops;
  if constexpr (requires { &D::depend; }) primitive.depend = &D::depend;
  if constexpr (requires { D::column_axes; }) primitive.column_axes = D::column_axes;
  if constexpr (requires { D::columns_integer; }) primitive.columns_integer = D::columns_integer;
  if constexpr (requires { D::takes_indices; }) primitive.takes_indices = D::takes_indices;
  return primitive;
}

}  // namespace ctnn
