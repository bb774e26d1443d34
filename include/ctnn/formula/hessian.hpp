#pragma once
#include <ctnn/formula/derivative.hpp>

namespace ctnn {

namespace formula {

/// The second derivatives of a formula of numbers, on and above the diagonal, row by row: the derivative of
/// the gradient by each variable, of those entries alone. What is zero whatever the numbers costs nothing.
template <class E>
struct HessianRoutine {
  using variables = typename E::variables;
  static constexpr std::size_t count = boost::mp11::mp_size<variables>::value;
  static constexpr std::size_t outputs = count * (count + 1) / 2;
  static constexpr const double* known_constants = nullptr;

  static constexpr void build(Lowering& lowering, Value* results) {
    const std::vector<Value> inputs = lower_all(lowering, variables{});
    const std::vector<Value> gradients = gradient_of_number(lowering.lower<E>(0), inputs);
    for (std::size_t i = 0; i < count; ++i) {
      if (inputs[i].shape().rank != 0)
        lowering.builder().fail(inputs[i], join("the Hessian by a variable of shape ", inputs[i].shape(),
                                                " is no matrix of numbers: use hvp"));
      const Value one = constant_like(inputs[i], 1);
      const std::vector<Value> row =
          ctnn::jvp(std::span(gradients).subspan(i), std::span(&inputs[i], 1), std::span(&one, 1));
      for (const Value& entry : row) *results++ = entry ? entry : constant_like(inputs[i], 0);
    }
  }
};

/// One number per pair of variables: `hessian(x, y)`, which is `hessian(y, x)`.
template <class Variables, class T>
struct ByPair {
  static constexpr std::size_t count = boost::mp11::mp_size<Variables>::value;
  std::array<T, count*(count + 1) / 2> upper;

  template <class V, class W>
  constexpr T operator()(const V&, const W&) const {
    constexpr std::size_t i = boost::mp11::mp_find<Variables, V>::value,
                          j = boost::mp11::mp_find<Variables, W>::value;
    static_assert(i < count && j < count, "ctnn: the formula does not have this variable");
    constexpr std::size_t row = i < j ? i : j, column = i < j ? j : i;
    return upper[row * count - row * (row + 1) / 2 + column];
  }
};

template <class E>
struct HessianOf {
  E formula;

  template <class... B>
  CTNN_INLINE constexpr auto operator()(const B&... bindings) const {
    const auto entries = call<HessianRoutine<E>>(formula.constants, bindings...);
    return std::apply([](const auto&... entry)
                          CTNN_INLINED { return ByPair<typename E::variables, ElementOf<B...>>{{entry...}}; },
                      entries);
  }
};

}  // namespace formula

/// The matrix of second derivatives of a formula of numbers, forward over reverse: `hessian(f)(x = 2.0, y =
/// 1.0)(x, y)`.
template <formula::AnyExpression F>
constexpr auto hessian(const F& f) {
  return formula::HessianOf<F>{f};
}

}  // namespace ctnn
