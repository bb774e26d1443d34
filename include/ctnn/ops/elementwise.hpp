#pragma once
#include <ctnn/core/math.hpp>
#include <ctnn/ops/broadcast.hpp>

namespace ctnn {

constexpr Value operator+(Value x, Value y);

namespace detail {

/// Calls `D::value` with as many arguments as D has operands; `at(i)` gives the i-th.
template <class D, class At>
constexpr auto elementwise_value(At at) {
  if constexpr (D::arity == 1) return D::value(at(0));
  if constexpr (D::arity == 2) return D::value(at(0), at(1));
  if constexpr (D::arity == 3) return D::value(at(0), at(1), at(2));
}

/// Of one operand, and much more work than a load.
template <std::size_t Operations>
struct CostlyFunction {
  static constexpr std::size_t arity = 1, operations = Operations;
};

/// The rules that every elementwise primitive shares. A definition D gives
///   name, arity;
///   value(x, …), one element, generic over scalars and SIMD batches;
///   derivative(at, i, u), which is u times the partial derivative by operand i (absent where that is zero).
///   As the map from u is diagonal it is its own adjoint: tangent and adjoint are both made from it.
/// and optionally type (of the result), condition_operand (which may come as a truth value and not as a
/// number), foldable(x, y) (whether finite operands give a finite result), commutative, simplify(at), and of
/// what is much more work than a load, operations (of one element): an adjoint that needs it again reads it
/// back.
template <class D>
struct Elementwise {
  static constexpr void evaluate(const Signature& s, const double* const* operands, double* result) {
    for (std::size_t element = 0; element < s.result.elements(); ++element)
      result[element] =
          static_cast<double>(elementwise_value<D>([&](std::size_t i) { return operands[i][element]; }));
  }

  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    Value total;
    for (std::size_t i = 0; i < at.operands.size(); ++i) {
      if (!tangents[i]) continue;
      const Value term = D::derivative(at, i, tangents[i]);
      if (term) total = total ? total + term : term;
    }
    return total;
  }

  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    for (std::size_t i = 0; i < at.operands.size(); ++i)
      if ((at.unwanted >> i & 1) == 0) adjoints[i] = D::derivative(at, i, upstream);
  }

  static constexpr Value simplify(const Application& at) {
    const double* numbers[D::arity]{};
    bool foldable = true;
    for (std::size_t i = 0; foldable && i < D::arity; ++i) {
      const Node& operand = at.operands[i].node();
      numbers[i] = &operand.attributes.scalar;
      foldable = operand.primitive == &primitive::constant && scalar::is_finite(*numbers[i]);
    }
    if constexpr (requires { D::foldable(0.0, 0.0); })
      foldable = foldable && D::foldable(*numbers[0], *numbers[1]);
    if (foldable) {
      double result = 0;
      evaluate({.operand_count = D::arity}, numbers, &result);
      return constant(*at.result.builder, result, at.result.shape(), at.result.node().type);
    }
    if constexpr (requires { D::simplify(at); })
      return D::simplify(at);
    else
      return {};
  }
};

}  // namespace detail

/// The primitive that an elementwise definition D describes; see detail::Elementwise for what D gives.
template <class D>
consteval Primitive elementwise_primitive() {
  Primitive primitive = describe<detail::Elementwise<D>>(D::name, Kind::elementwise);
  if constexpr (requires { D::type; }) primitive.type = D::type;
  if constexpr (requires { D::commutative; }) primitive.commutative = D::commutative;
  if constexpr (requires { D::operations; })
    primitive.operations = D::operations;
  else
    primitive.cheap = true;
  return primitive;
}

/// `primitive` applied to operands repeated to their common shape.
constexpr Value apply_elementwise(const Primitive& primitive, std::initializer_list<Value> list) {
  const Value* const operands = list.begin();
  const std::size_t count = list.size();
  GraphBuilder& builder = *operands[0].builder;
  Extents shape = operands[0].node().shape;
  bool alike = true;
  for (std::size_t i = 1; i < count; ++i) alike = alike && operands[i].node().shape == shape;
  if (alike) return builder.apply(primitive, list);
  for (std::size_t i = 1; i < count; ++i) shape = detail::common_shape(builder, shape, operands[i].shape());
  if (!builder.error().empty()) return operands[0];
  Value repeated[3];
  for (std::size_t i = 0; i < count; ++i)
    repeated[i] = operands[i].shape() == shape ? operands[i] : broadcast(operands[i], shape);
  return builder.apply(primitive, std::span<const Value>(repeated, count));
}

}  // namespace ctnn
