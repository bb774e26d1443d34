#pragma once
#include <ctnn/formula/tensor_hessian.hpp>
#include <ctnn/minimize/moving_memory.hpp>
#include <span>

namespace ctnn::formula {

/// A formula of one number as an objective of the variables of V; `given` binds the others.
template <class E, class V, class... G>
class FormulaObjective {
  using point = FlatPoint<V>;

 public:
  FormulaObjective(const E& formula, const Given<G...>& given) : formula_(formula), memory_(given) {}

  static constexpr std::size_t dimension() { return point::dimension; }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) {
    double value = 0;
    double* outputs[1 + variable_count]{&value};
    for (std::size_t i = 0; i < variable_count; ++i) outputs[1 + i] = gradient.data() + point::offset(i);
    Run<ValueAndGradientRoutine<E, V>, double>::run(memory_.at(x.data()), constants_of(formula_), outputs);
    return value;
  }

  void hessian(std::span<const double> x, std::span<double> result) {
    if constexpr (are_numbers(V{}) && variable_count == boost::mp11::mp_size<typename E::variables>::value)
      hessian_of_numbers(x, result, V{});
    else
      hessian_by_colors(x, result);
  }

 private:
  static constexpr std::size_t variable_count = boost::mp11::mp_size<V>::value;

  template <class... W>
  void hessian_of_numbers(std::span<const double> x, std::span<double> result, boost::mp11::mp_list<W...>) {
    ByPair<E, double> hessian;
    Run<HessianRoutine<E>, double>::run(memory_.at(x.data()), constants_of(formula_),
                                        hessian.places().data());
    double* to = result.data();
    const auto write_row = [&](const auto& variable) { ((*to++ = hessian(variable, W{})), ...); };
    (write_row(W{}), ...);
  }

  void hessian_by_colors(std::span<const double> x, std::span<double> result) {
    Compressed<HessianColumns<E, V>>::run(
        memory_.at(x.data()), constants_of(formula_), [&] { std::ranges::fill(result, 0.0); },
        [&](std::size_t row, std::size_t column, double number) {
          result[row * dimension() + column] = number;
          result[column * dimension() + row] = number;
        });
  }

  E formula_;
  MovingMemory<E, V, G...> memory_;
};

}  // namespace ctnn::formula
