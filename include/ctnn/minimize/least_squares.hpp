#pragma once
#include <ctnn/minimize/formula_residuals.hpp>
#include <ctnn/minimize/levenberg_marquardt.hpp>
#include <stdexcept>
#include <string>

namespace ctnn {

/// Minimises the sum of the squares of residuals of one's own, by Levenberg and Marquardt's method:
/// `least_squares(f, {1, 2})`. The result's value is that sum. Throws std::invalid_argument for a start of
/// another size than the dimension, or of none, and where
/// there are no residuals.
template <Residuals R>
Minimum<std::vector<double>> least_squares(R&& residuals, std::vector<double> start,
                                           const LeastSquaresOptions& options = {}) {
  if (start.empty() || start.size() != residuals.dimension())
    throw std::invalid_argument("least_squares: the start has " + std::to_string(start.size()) +
                                " numbers, the residuals depend on " + std::to_string(residuals.dimension()));
  const Minimization result = minimization::levenberg_marquardt(residuals, start, options);
  return {result, std::move(start)};
}

/// The same of a formula, over the variables that `start` binds, in double. If `given` binds arrays, the
/// formula is one of numbers, and there is a residual for each of their elements: `least_squares(y - a *
/// exp(b * x), at(a = 1.0, b = 0.0), given(x = times, y = values))`. Else the residuals are the elements of
/// the formula's tensor. Throws std::invalid_argument for arrays of unequal size, or of none.
template <formula::AnyExpression F, class... B, class... G>
auto least_squares(const F& residual, const formula::Point<B...>& start, const formula::Given<G...>& given,
                   const LeastSquaresOptions& options = {}) {
  static_assert(sizeof(Checked<formula::BindingsFit<typename F::variables, B..., G...>>) > 0);
  using Variables = boost::mp11::mp_list<typename B::variable...>;
  constexpr bool mapped = (formula::binds_array<G> || ...);
  using Function = std::conditional_t<mapped, formula::MappedResiduals<F, Variables, G...>,
                                      formula::TensorResiduals<F, Variables, G...>>;
  std::vector<double> x = formula::FlatPoint<Variables>::flatten(start);
  Function function(residual, given);
  const Minimization result = minimization::levenberg_marquardt(function, x, options);
  auto point = formula::FlatPoint<Variables>::by_variable(x.data());
  return Minimum<decltype(point)>{result, point};
}
template <formula::AnyExpression F, class... B>
auto least_squares(const F& residual, const formula::Point<B...>& start,
                   const LeastSquaresOptions& options = {}) {
  return least_squares(residual, start, given(), options);
}

}  // namespace ctnn
