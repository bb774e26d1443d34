#pragma once
#include <algorithm>
#include <ctnn/formula/compressed.hpp>
#include <ctnn/formula/vjp.hpp>

namespace ctnn {

/// How a derivative is accumulated: from the variables to the value, or back.
enum class DerivativeMode { forward, reverse };

namespace formula {

/// The product of a formula's Jacobian with a direction of some variables.
template <class E, class Wanted = typename E::variables>
struct JacobianColumns {
  using directions = boost::mp11::mp_transform<Along, Wanted>;
  using variables = boost::mp11::mp_append<typename E::variables, directions>;
  static constexpr std::size_t outputs = 1;
  static constexpr auto seed_sizes = sizes_of(Wanted{});
  static constexpr bool symmetric = false;

  static constexpr void build(Lowering& lowering, Value* results) {
    const Value y = lowering.lower<E>(0);
    tangents<directions>(lowering, std::span(&y, 1), results);
  }
};

/// The product of a seed with a formula's Jacobian.
template <class E>
struct JacobianRows : VjpRoutine<E> {
  static constexpr std::array<std::size_t, 1> seed_sizes{Routine<Evaluate<E>>::output_shape(0).elements()};
  static constexpr bool symmetric = false;
};

/// The shapes of a formula's Jacobian, by each variable.
template <class E>
struct JacobianShapes {
  static constexpr auto inputs = extents_of(typename E::variables{});

  static constexpr Extents output_shape(std::size_t variable) {
    return joined_extents(Routine<Evaluate<E>>::output_shape(0), inputs[variable]);
  }
  static constexpr auto complaint = freeze_text([] {
    const Extents& shape = Routine<Evaluate<E>>::output_shape(0);
    for (const Extents& input : inputs)
      if (shape.rank + input.rank >= max_rank)
        return join("the Jacobian of a formula of shape ", shape, " by a variable of shape ", input,
                    " has more than five axes: reshape one of them");
    return Text();
  });
};

/// The Jacobian of E by each of its variables: output i is that by variable i.
template <class E, DerivativeMode Mode>
struct JacobianRoutine {
  using variables = typename E::variables;
  using Products =
      Compressed<std::conditional_t<Mode == DerivativeMode::forward, JacobianColumns<E>, JacobianRows<E>>>;
};

template <class E, DerivativeMode Mode, class T>
struct Run<JacobianRoutine<E, Mode>, T> {
  static constexpr void run(const T* const* variables, const T* constants, T* const* outputs) {
    using Products = typename JacobianRoutine<E, Mode>::Products;
    constexpr auto sizes = sizes_of(typename E::variables{});
    constexpr std::size_t values = Routine<Evaluate<E>>::output_shape(0).elements();
    const auto clear = [&] {
      for (std::size_t i = 0; i < sizes.size(); ++i) std::fill_n(outputs[i], values * sizes[i], T(0));
    };
    Products::run(variables, constants, clear,
                  [&](std::size_t row, std::size_t column, T number) CTNN_INLINED {
                    constexpr bool forward = Mode == DerivativeMode::forward;
                    const auto [variable, element] = place_of(sizes, forward ? column : row);
                    outputs[variable][(forward ? row : column) * sizes[variable] + element] = number;
                  });
  }
};

/// What jacobian(f) is. `mode` and `colors`, how many products of the Jacobian it takes, are constants.
template <class E, DerivativeMode... Asked>
struct JacobianOf : Checked<Routine<Evaluate<E>>>, Checked<JacobianShapes<E>> {
  static constexpr DerivativeMode mode = [] {
    if constexpr (sizeof...(Asked) > 0)
      return (Asked, ...);
    else
      return Compressed<JacobianColumns<E>>::cost <= Compressed<JacobianRows<E>>::cost
                 ? DerivativeMode::forward
                 : DerivativeMode::reverse;
  }();
  static constexpr std::size_t colors = JacobianRoutine<E, mode>::Products::colors;

  E formula;

  template <class... B>
  constexpr auto operator()(const B&... bindings) const {
    using T = ElementOf<B...>;
    return [&]<class... V, std::size_t... I>(boost::mp11::mp_list<V...>, std::index_sequence<I...>) {
      ByVariable<Entry<V, ResultOf<JacobianShapes<E>, T, I>>...> result;
      T* const outputs[]{elements_of(result.template place<V>())...};
      call_into<JacobianRoutine<E, mode>>(formula.constants, outputs, bindings...);
      return result;
    }(typename E::variables{}, std::make_index_sequence<sizeof...(B)>{});
  }
};

}  // namespace formula

/// The Jacobian, by variable: `jacobian(f)(x = point)[x]` has the shape of f followed by that of x.
/// Structural zeros are not computed. The mode is the one of fewer operations; `jacobian(f).mode` says which.
template <formula::AnyExpression F>
constexpr auto jacobian(const F& f) {
  return formula::JacobianOf<F>{{}, {}, f};
}
/// The same in the given mode.
template <DerivativeMode Mode, formula::AnyExpression F>
constexpr auto jacobian(const F& f) {
  return formula::JacobianOf<F, Mode>{{}, {}, f};
}

}  // namespace ctnn
