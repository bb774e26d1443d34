#pragma once
#include <ctnn/ops/reshape.hpp>
#include <initializer_list>

namespace ctnn {

constexpr Value transpose(Value x, const Extents& order);

namespace detail {

struct Transpose {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const Extents order = unpack(s.attributes);
    Extents result;
    bool seen[max_rank]{};
    for (std::size_t i = 0; i < order.rank; ++i) {
      if (order.rank != s.operands[0].rank || order[i] >= order.rank || seen[order[i]]) {
        error += join("cannot order the axes of ", s.operands[0], " as ", order);
        return {s.operands[0]};
      }
      seen[order[i]] = true;
      result.push_back(s.operands[0][order[i]]);
    }
    return {result};
  }

  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const Extents order = unpack(s.attributes);
    for (std::size_t flat = 0; flat < s.result.elements(); ++flat) {
      std::size_t source = 0;
      for (std::size_t i = 0; i < order.rank; ++i)
        source += flat / s.result.stride(i) % s.result[i] * s.operands[0].stride(order[i]);
      result[flat] = operands[0][source];
    }
  }

  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return transpose(tangents[0], unpack(at.attributes));
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    const Extents order = unpack(at.attributes);
    Extents inverse = order;
    for (std::size_t i = 0; i < order.rank; ++i) inverse[order[i]] = i;
    adjoints[0] = transpose(upstream, inverse);
  }

  static constexpr Value simplify(const Application& at) {
    const Value x = at.operands[0];
    Extents order = unpack(at.attributes);
    bool same_memory = true;  // only axes of extent 1 change places
    for (std::size_t i = 0, previous = 0; i < order.rank; ++i) {
      if (x.shape()[order[i]] == 1) continue;
      same_memory = same_memory && order[i] >= previous;
      previous = order[i];
    }
    if (same_memory) return reshape(x, at.result.shape());
    if (is_constant(x)) return constant(*x.builder, x.node().attributes.scalar, at.result.shape());
    if (x.node().primitive->name != "transpose") return {};
    const Extents inner = unpack(x.node().attributes);
    for (std::size_t i = 0; i < order.rank; ++i) order[i] = inner[order[i]];
    return transpose(x.operand(0), order);
  }
};

}  // namespace detail

namespace primitive {
/// The axes of x in the order that the integers give: axis i of the result is axis order[i] of x.
inline constexpr Primitive transpose{.name = "transpose",
                                     .kind = Kind::movement,
                                     .shape = detail::Transpose::shape,
                                     .evaluate = detail::Transpose::evaluate<double>,
                                     .tangent = detail::Transpose::tangent,
                                     .adjoint = detail::Transpose::adjoint,
                                     .simplify = detail::Transpose::simplify};
}  // namespace primitive
template <>
struct Definition<&primitive::transpose> : detail::Transpose {};

/// x with its axes in another order: axis i of the result is axis order[i] of x.
constexpr Value transpose(Value x, const Extents& order) {
  return x.builder->apply(primitive::transpose, {x}, detail::pack(order));
}

}  // namespace ctnn
