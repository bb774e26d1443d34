#pragma once
#include <ctnn/formula/directional.hpp>

namespace ctnn {

namespace formula {

/// The factor of a formula's value in reverse mode: bound like a variable, of the value's shape.
template <class E>
struct OutputSeed {
  static constexpr std::string_view name = "seed";
  static constexpr std::size_t constant_count = 0;

  static constexpr Value lower(Lowering& lowering, std::size_t) {
    return lowering.variable(rule<OutputSeed>, lowering.lower<E>(0).shape());
  }
};

/// The product of a seed with the Jacobian of a formula, by each of its variables.
template <class E>
struct VjpRoutine {
  using variables = boost::mp11::mp_push_back<typename E::variables, OutputSeed<E>>;
  static constexpr std::size_t outputs = boost::mp11::mp_size<typename E::variables>::value;

  static constexpr void build(Lowering& lowering, Value* results) {
    const Value y = lowering.lower<E>(0);
    const Value seed = lowering.lower<OutputSeed<E>>(0);
    const std::vector<Value> inputs = lower_all(lowering, typename E::variables{});
    const std::vector<Value> adjoints = ctnn::vjp(std::span(&y, 1), std::span(&seed, 1), inputs);
    for (std::size_t i = 0; i < outputs; ++i)
      results[i] = adjoints[i] ? adjoints[i] : constant_like(inputs[i], 0);
  }
};

/// Whether a seed of shape S fits the formula's value.
template <class E, class S>
struct SeedFits {
  static constexpr auto complaint = freeze_text([] {
    const Extents& shape = Routine<Evaluate<E>>::output_shape(0);
    return shape == S::extents
               ? Text()
               : join("the seed of a formula of shape ", shape, " is given as one of shape ", S::extents);
  });
};

template <class E, Number N>
constexpr auto bind_seed(const N& number) {
  static_assert(sizeof(Checked<SeedFits<E, Shape<>>>) > 0);
  using T = std::conditional_t<std::is_same_v<N, float>, float, double>;
  return NumberBinding<OutputSeed<E>, T>{static_cast<T>(number)};
}
template <class E, class T>
constexpr auto bind_seed(const T& tensor) {
  static_assert(sizeof(Checked<SeedFits<E, typename T::shape>>) > 0);
  return ViewBinding<OutputSeed<E>, typename T::value_type>{tensor.data()};
}

template <class E>
struct VjpOf : Checked<Routine<Evaluate<E>>> {
  E formula;

  template <class... A>
  CTNN_INLINE constexpr auto operator()(const Point<A...>& at, const auto& seed) const {
    const auto adjoints = std::apply(
        [&](const A&... point)
            CTNN_INLINED { return call<VjpRoutine<E>>(formula.constants, point..., bind_seed<E>(seed)); },
        at.bindings);
    return std::apply([](const auto&... adjoint)
                          CTNN_INLINED { return by_variable(typename E::variables{}, adjoint...); },
                      adjoints);
  }
};

}  // namespace formula

/// Reverse mode: a function of a point and a seed of the value's shape that gives the product of the seed
/// with the Jacobian, by variable: `vjp(f)(at(x = point), seed)[x]`, of x's shape.
template <formula::AnyExpression F>
constexpr auto vjp(const F& f) {
  return formula::VjpOf<F>{{}, f};
}

}  // namespace ctnn
