#pragma once
#include <ctnn/formula/gradcheck.hpp>
#include <ctnn/formula/hessian.hpp>
#include <ctnn/minimize/moving_memory.hpp>
#include <span>

namespace ctnn::formula {

/// A formula's value and its gradient by the variables of V.
template <class E, class V>
struct ValueAndGradientBy {
  using variables = typename E::variables;
  static constexpr std::size_t outputs = 1 + boost::mp11::mp_size<V>::value;
  static constexpr void build(Lowering& lowering, Value* results) {
    results[0] = lowering.lower<E>(0);
    std::ranges::copy(gradient_of_number(results[0], lower_all(lowering, V{})), results + 1);
  }
};

/// The product of a formula's Hessian by the variables of V with a direction of them.
template <class E, class V>
struct HessianProductBy {
  using directions = boost::mp11::mp_transform<Along, V>;
  using variables = boost::mp11::mp_append<typename E::variables, directions>;
  static constexpr std::size_t outputs = boost::mp11::mp_size<V>::value;
  static constexpr void build(Lowering& lowering, Value* results) {
    tangents<directions>(lowering, gradient_of_number(lowering.lower<E>(0), lower_all(lowering, V{})),
                         results);
  }
};

/// A formula of one number as an objective of the variables of V; `given` binds the others.
template <class E, class V, class... G>
class FormulaObjective {
  using point = FlatPoint<V>;

 public:
  FormulaObjective(const E& formula, const Given<G...>& given) : formula_(formula), memory_(given) {}

  static constexpr std::size_t dimension() { return point::dimension; }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) {
    double* to = gradient.data();
    return std::apply(
        [&](double value, const auto&... by_variable) {
          ((to = write(by_variable, to)), ...);
          return value;
        },
        Run<ValueAndGradientBy<E, V>, double>::run(memory_.at(x.data()), constants_of(formula_)));
  }

  void hessian(std::span<const double> x, std::span<double> result) {
    if constexpr (all_numbers(V{}) && boost::mp11::mp_size<V>::value == variable_count)
      hessian_of_numbers(x, result, V{});
    else
      hessian_by_columns(x, result);
  }

 private:
  static constexpr std::size_t variable_count = boost::mp11::mp_size<typename E::variables>::value;

  template <class... W>
  static constexpr bool all_numbers(boost::mp11::mp_list<W...>) {
    return ((W::shape::rank == 0) && ...);
  }

  template <class... W>
  void hessian_of_numbers(std::span<const double> x, std::span<double> result, boost::mp11::mp_list<W...>) {
    ByPair<E, double> hessian;
    Run<HessianRoutine<E>, double>::run(memory_.at(x.data()), constants_of(formula_),
                                        hessian.places().data());
    double* to = result.data();
    const auto write_row = [&](const auto& variable) { ((*to++ = hessian(variable, W{})), ...); };
    (write_row(W{}), ...);
  }

  void hessian_by_columns(std::span<const double> x, std::span<double> result) {
    for_each_direction<V, variable_count>(
        memory_.at(x.data()), result.data(), [&](const double* const* pointers, double* to) {
          const auto write_all = [&](const auto&... by_variable) { ((to = write(by_variable, to)), ...); };
          std::apply(write_all, Run<HessianProductBy<E, V>, double>::run(pointers, constants_of(formula_)));
          return to;
        });
  }

  E formula_;
  MovingMemory<E, V, G...> memory_;
};

}  // namespace ctnn::formula
