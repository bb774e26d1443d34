#pragma once
#include <ctnn/minimize/descend.hpp>
#include <ctnn/minimize/formula_objective.hpp>
#include <stdexcept>
#include <string>

namespace ctnn {

/// Minimises an objective of one's own, from a start of `dimension()` numbers: `minimize(f, {1, 2}, BFGS{})`.
/// Throws std::invalid_argument for a start of another size, or of none.
template <Objective F, MinimizationMethod Method>
Minimum<std::vector<double>> minimize(F&& objective, std::vector<double> start, const Method& method,
                                      const MinimizeOptions& options = {}) {
  if (start.empty() || start.size() != objective.dimension())
    throw std::invalid_argument("minimize: the start has " + std::to_string(start.size()) +
                                " numbers, the objective " + std::to_string(objective.dimension()));
  const Minimization result = minimization::descend(objective, start, method, options);
  return {result, std::move(start)};
}

/// Minimises a formula of one number, in double, over the variables that `start` binds: `minimize(f, at(x =
/// 1.0, y = 2.0), Newton{})`. What `given` binds stays. The result's `point[x]` is a number or a tensor.
template <formula::AnyExpression F, class... B, class... G, MinimizationMethod Method>
auto minimize(const F& f, const formula::Point<B...>& start, const formula::Given<G...>& given,
              const Method& method, const MinimizeOptions& options = {}) {
  static_assert(sizeof(Checked<formula::BindingsFit<typename F::variables, B..., G...>>) > 0);
  using Variables = boost::mp11::mp_list<typename B::variable...>;
  std::vector<double> x = formula::FlatPoint<Variables>::flatten(start);
  formula::FormulaObjective<F, Variables, G...> objective(f, given);
  const Minimization result = minimization::descend(objective, x, method, options);
  auto point = formula::FlatPoint<Variables>::by_variable(x.data());
  return Minimum<decltype(point)>{result, point};
}
template <formula::AnyExpression F, class... B, MinimizationMethod Method>
auto minimize(const F& f, const formula::Point<B...>& start, const Method& method,
              const MinimizeOptions& options = {}) {
  return minimize(f, start, given(), method, options);
}

}  // namespace ctnn
