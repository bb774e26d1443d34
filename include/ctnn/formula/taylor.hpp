#pragma once
#include <array>
#include <ctnn/formula/directional.hpp>

namespace ctnn {

namespace formula {

/// Taylor coefficients of a formula along a direction. Each derivative is the tangent of the last: what they
/// have in common is one node, so that the graph grows about as the square or the cube of the order, and not
/// as two to its power.
template <std::size_t Order>
struct TaylorTo {
  template <class E, class Directions>
  struct Routine {
    using variables = boost::mp11::mp_append<typename E::variables, Directions>;
    static constexpr std::size_t outputs = Order + 1;

    static constexpr void build(Lowering& lowering, Value* results) {
      Value slope = results[0] = lowering.lower<E>(0);
      Tangents tangents = tangents_along<Directions>(lowering);
      double factorial = 1;
      for (std::size_t k = 1; k <= Order; ++k) {
        if (slope) slope = tangents.of(std::span(&slope, 1))[0];
        factorial *= static_cast<double>(k);
        results[k] = slope ? slope / factorial : constant_like(results[0], 0);
      }
    }
  };
};

template <class E, std::size_t Order>
struct TaylorOf {
  E formula;
  CTNN_INLINE constexpr auto operator()(const auto& at, const auto& along) const {
    return std::apply([](const auto&... coefficient) CTNN_INLINED { return std::array{coefficient...}; },
                      call_along<TaylorTo<Order>::template Routine>(formula, at, along));
  }
};

}  // namespace formula

/// A function of a point and a direction that gives the Taylor coefficients of f(point + t · direction) by t:
/// f, f', f'' / 2!, …, up to the power `Order`, as an array of what f gives.
template <std::size_t Order, formula::AnyExpression F>
constexpr auto taylor(const F& f) {
  return formula::TaylorOf<F, Order>{f};
}

}  // namespace ctnn
