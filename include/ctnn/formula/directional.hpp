#pragma once
#include <ctnn/formula/derivative.hpp>

namespace ctnn {

namespace formula {

/// The direction of a variable: bound like one.
template <class V>
struct Along {
  static constexpr std::string_view name = V::name;
  using shape = typename V::shape;
  using along = V;
  static constexpr std::size_t constant_count = 0;

  static constexpr Value lower(Lowering& lowering, std::size_t) {
    return lowering.variable(rule<Along>, shape::extents);
  }
};

template <class... B>
struct Point {
  std::tuple<B...> bindings;
};
template <class... B>
struct Direction {
  /// The directions of E's variables; of others it is said that they are none.
  template <class E>
  struct Of : Checked<WantedFit<typename E::variables, boost::mp11::mp_list<typename B::variable...>>> {
    template <class D>
    using known = boost::mp11::mp_contains<typename E::variables, typename D::along>;
    using type = boost::mp11::mp_copy_if<boost::mp11::mp_list<Along<typename B::variable>...>, known>;
  };
  std::tuple<B...> bindings;
};

template <class V, class T>
constexpr auto redirected(const NumberBinding<V, T>& binding) {
  return NumberBinding<Along<V>, T>{binding.number};
}
template <class V, class T>
constexpr auto redirected(const ViewBinding<V, T>& binding) {
  return ViewBinding<Along<V>, T>{binding.data()};
}
template <class V, class Held>
constexpr auto redirected(const TensorBinding<V, Held>& binding) {
  return ViewBinding<Along<V>, typename Held::value_type>{binding.data()};
}

template <class... D>
constexpr std::vector<Value> lower_origins(Lowering& lowering, boost::mp11::mp_list<D...>) {
  std::vector<Value> values;
  (values.push_back(lowering.lower<typename D::along>(0)), ...);
  return values;
}
template <class Directions>
constexpr Tangents tangents_along(Lowering& lowering) {
  const std::vector<Value> origins = lower_origins(lowering, Directions{});
  const std::vector<Value> directions = lower_all(lowering, Directions{});
  return Tangents(origins, directions);
}
template <class Directions>
constexpr void tangents(Lowering& lowering, std::span<const Value> values, Value* results) {
  const std::vector<Value> moved = tangents_along<Directions>(lowering).of(values);
  for (std::size_t i = 0; i < values.size(); ++i)
    results[i] = moved[i] ? moved[i] : constant_like(values[i], 0);
}

/// A formula's value and its derivative along a direction.
template <class E, class Directions>
struct JvpRoutine {
  using variables = boost::mp11::mp_append<typename E::variables, Directions>;
  static constexpr std::size_t outputs = 2;
  static constexpr void build(Lowering& lowering, Value* results) {
    results[0] = lowering.lower<E>(0);
    tangents<Directions>(lowering, std::span(results, 1), results + 1);
  }
};

/// The product of a formula's Hessian with a direction: the derivative along it of the gradient by the wanted
/// variables.
template <class E, class Directions, class Wanted>
struct HvpBy {
  using variables = boost::mp11::mp_append<typename E::variables, Directions>;
  static constexpr std::size_t outputs = boost::mp11::mp_size<Wanted>::value;
  static constexpr void build(Lowering& lowering, Value* results) {
    const std::vector<Value> inputs = lower_all(lowering, Wanted{});
    const std::vector<Value> gradients = gradient_of_number(lowering.lower<E>(0), inputs, "Hessian");
    tangents<Directions>(lowering, gradients, results);
  }
};
template <class E, class Directions>
struct HvpRoutine : HvpBy<E, Directions, typename E::variables> {};

template <template <class, class> class R, class E, class... A, class... D>
CTNN_INLINE constexpr auto call_along(const E& f, const Point<A...>& at, const Direction<D...>& along) {
  return std::apply(
      [&](const A&... point) CTNN_INLINED {
        return std::apply(
            [&](const D&... direction) CTNN_INLINED {
              return call<R<E, typename Direction<D...>::template Of<E>::type>>(f.constants, point...,
                                                                                redirected(direction)...);
            },
            along.bindings);
      },
      at.bindings);
}

template <class T>
struct ValueAndTangent {
  T value, tangent;
};

template <class E>
struct JvpOf {
  E formula;
  CTNN_INLINE constexpr auto operator()(const auto& at, const auto& along) const {
    const auto results = call_along<JvpRoutine>(formula, at, along);
    return ValueAndTangent<std::remove_cvref_t<decltype(std::get<0>(results))>>{std::get<0>(results),
                                                                                std::get<1>(results)};
  }
};
template <class E>
struct HvpOf {
  E formula;
  CTNN_INLINE constexpr auto operator()(const auto& at, const auto& along) const {
    return std::apply([](const auto&... products)
                          CTNN_INLINED { return by_variable(typename E::variables{}, products...); },
                      call_along<HvpRoutine>(formula, at, along));
  }
};

}  // namespace formula

/// Where a directional derivative is taken, and which way: `jvp(f)(at(x = 2.0), along(x = 1.0))`. Variables
/// that `along` leaves out don't move.
template <formula::AnyBinding... B>
constexpr formula::Point<B...> at(const B&... bindings) {
  return {{bindings...}};
}
template <formula::AnyBinding... B>
constexpr formula::Direction<B...> along(const B&... bindings) {
  return {{bindings...}};
}

/// Forward mode: a function of a point and a direction that gives a formula's value and its derivative.
template <formula::AnyExpression F>
constexpr auto jvp(const F& f) {
  return formula::JvpOf<F>{f};
}

/// A function of a point and a direction that gives the product of the Hessian with it, by variable.
template <formula::AnyExpression F>
constexpr auto hvp(const F& f) {
  return formula::HvpOf<F>{f};
}

}  // namespace ctnn
