#pragma once
#include <ctnn/formula/compressed.hpp>
#include <ctnn/formula/vjp.hpp>

namespace ctnn {

/// How a derivative is accumulated: from the variables to the value, or back.
enum class DerivativeMode { forward, reverse };

namespace formula {

template <class... V>
constexpr std::array<std::size_t, sizeof...(V)> elements_of(boost::mp11::mp_list<V...>) {
  return {V::shape::elements...};
}

/// The product of a formula's Jacobian with a direction of all its variables.
template <class E>
struct JacobianColumns {
  using directions = boost::mp11::mp_transform<Along, typename E::variables>;
  using variables = boost::mp11::mp_append<typename E::variables, directions>;
  static constexpr std::size_t outputs = 1;
  static constexpr const double* known_constants = nullptr;
  static constexpr auto seed_elements = elements_of(typename E::variables{});
  static constexpr bool symmetric = false;

  static constexpr void build(Lowering& lowering, Value* results) {
    const Value y = lowering.lower<E>(0);
    tangents<directions>(lowering, std::span(&y, 1), results);
  }
};

/// The product of a seed with a formula's Jacobian.
template <class E>
struct JacobianRows : VjpRoutine<E> {
  static constexpr std::array<std::size_t, 1> seed_elements{Routine<Evaluate<E>>::output_shape(0).elements()};
  static constexpr bool symmetric = false;
};

/// The shapes of a formula's Jacobian, by each variable.
template <class E>
class JacobianShapes {
  template <class... V>
  static constexpr std::array<Extents, sizeof...(V)> extents_of(boost::mp11::mp_list<V...>) {
    return {V::shape::extents...};
  }
  static constexpr auto inputs = extents_of(typename E::variables{});

 public:
  static constexpr Extents output_shape(std::size_t variable) {
    Extents shape = Routine<Evaluate<E>>::output_shape(0);
    for (std::size_t i = 0; i < inputs[variable].rank; ++i) shape.push_back(inputs[variable][i]);
    return shape;
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

/// Some tensors, and where each begins when their elements are counted through.
template <class T, std::size_t Count>
struct Blocks {
  T* elements[Count];
  const std::array<std::size_t, Count>& size;

  struct Place {
    std::size_t block, offset;
  };
  CTNN_INLINE constexpr Place operator()(std::size_t flat) const {
    std::size_t block = 0;
    while (block + 1 < Count && flat >= size[block]) flat -= size[block++];
    return {block, flat};
  }
};

/// The Jacobian of E by each of its variables.
template <class E, DerivativeMode Mode>
struct JacobianRoutine {
  using variables = typename E::variables;
};

template <class E, DerivativeMode Mode, class T>
class Run<JacobianRoutine<E, Mode>, T> {
  static constexpr std::size_t count = boost::mp11::mp_size<typename E::variables>::value;
  static constexpr auto sizes = elements_of(typename E::variables{});

  template <class... V, std::size_t... I>
  static constexpr auto results_of(boost::mp11::mp_list<V...> list, std::index_sequence<I...>) {
    return by_variable(list, ResultOf<JacobianShapes<E>, T, I>{}...);
  }
  template <class... V>
  static constexpr Blocks<T, count> blocks_of(auto& results, boost::mp11::mp_list<V...>) {
    return {{formula::elements_of(results.template place<V>())...}, sizes};
  }

 public:
  using Results = decltype(results_of(typename E::variables{}, std::make_index_sequence<count>{}));

  static constexpr Results run(const T* const* variables, const T* constants) {
    Results results{};
    const Blocks<T, count> blocks = blocks_of(results, typename E::variables{});
    const auto store = [&](std::size_t output, std::size_t input, T number) CTNN_INLINED {
      const auto [block, offset] = blocks(input);
      blocks.elements[block][output * sizes[block] + offset] = number;
    };
    if constexpr (Mode == DerivativeMode::forward)
      Compressed<JacobianColumns<E>>::run(variables, constants, store);
    else
      Compressed<JacobianRows<E>>::run(variables, constants,
                                       [&](std::size_t input, std::size_t output, T number)
                                           CTNN_INLINED { store(output, input, number); });
    return results;
  }
};

/// What jacobian(f) is. `mode` and `colors`, how many products of the Jacobian it takes, are constants.
template <class E, DerivativeMode... Asked>
struct JacobianOf : Checked<Routine<Evaluate<E>>>, Checked<JacobianShapes<E>> {
 private:
  using columns = Compressed<JacobianColumns<E>>;
  using rows = Compressed<JacobianRows<E>>;

 public:
  E formula;

  constexpr explicit JacobianOf(const E& f) : formula(f) {}

  static constexpr DerivativeMode mode = [] {
    if constexpr (sizeof...(Asked) > 0)
      return (Asked, ...);
    else
      return columns::cost <= rows::cost ? DerivativeMode::forward : DerivativeMode::reverse;
  }();
  static constexpr std::size_t colors =
      std::conditional_t<mode == DerivativeMode::forward, columns, rows>::colors;

  template <class... B>
  constexpr auto operator()(const B&... bindings) const {
    return call<JacobianRoutine<E, mode>>(formula.constants, bindings...);
  }
};

}  // namespace formula

/// The Jacobian, by variable: `jacobian(f)(x = point)[x]` has the shape of f followed by that of x.
/// Structural zeros are not computed. The mode is the one of fewer operations; `jacobian(f).mode` says which.
template <formula::AnyExpression F>
constexpr auto jacobian(const F& f) {
  return formula::JacobianOf<F>(f);
}
/// The same in the given mode.
template <DerivativeMode Mode, formula::AnyExpression F>
constexpr auto jacobian(const F& f) {
  return formula::JacobianOf<F, Mode>(f);
}

}  // namespace ctnn
