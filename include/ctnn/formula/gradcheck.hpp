#pragma once
#include <cmath>
#include <ctnn/core/random.hpp>
#include <ctnn/formula/directional.hpp>
#include <vector>

namespace ctnn {

/// How derivatives are compared with central differences: entries differ when |analytic - numerical| exceeds
/// atol + rtol · |numerical|.
struct GradcheckOptions {
  double eps = 1e-6;  ///< the step, in each element of each variable
  double atol = 1e-5;
  double rtol = 1e-3;
  std::size_t num_checks = 0;  ///< so many entries, drawn at random; 0 for all
  Seed seed{};
};

/// What a check of derivatives found. `variable` and `element` say where they disagree most, as a multiple of
/// what is tolerated: `worst`, which is more than 1, or not a number, when the check failed.
struct GradcheckResult {
  std::string_view variable{};
  std::size_t element = 0;
  double analytic = 0, numerical = 0, worst = 0;
  std::size_t checked = 0;

  explicit operator bool() const { return worst <= 1; }
};

namespace formula {

/// A copy of what is bound to a formula's variables, to be moved about.
template <class... V>
class MovablePoint {
 public:
  using variables = boost::mp11::mp_list<V...>;

  template <class... B>
  explicit MovablePoint(const Point<B...>& at) {
    static_assert(sizeof(Checked<BindingsFit<variables, B...>>) > 0);
    std::apply([&](const B&... binding) { (copy(binding), ...); }, at.bindings);
    for (std::size_t i = 0; i < sizeof...(V); ++i) pointers_[i] = elements_[i].data();
  }
  MovablePoint(const MovablePoint&) = delete;
  MovablePoint& operator=(const MovablePoint&) = delete;

  std::vector<double>& operator[](std::size_t variable) { return elements_[variable]; }
  const double* const* data() const { return pointers_; }
  static constexpr std::string_view names[]{V::name...};
  static constexpr std::size_t count = sizeof...(V);

 private:
  template <class B>
  void copy(const B& binding) {
    elements_[boost::mp11::mp_find<variables, typename B::variable>::value].assign(
        binding.data(), binding.data() + B::variable::shape::elements);
  }

  std::vector<double> elements_[sizeof...(V)];
  const double* pointers_[sizeof...(V)];
};
template <class... V>
MovablePoint<V...> movable_point(boost::mp11::mp_list<V...>, const auto& at) {
  return MovablePoint<V...>(at);
}

/// Appends the elements of a number or a tensor.
inline void append(std::vector<double>& to, double number) {
  to.push_back(number);
}
void append(std::vector<double>& to, const auto& tensor) {
  to.insert(to.end(), tensor.begin(), tensor.end());
}

template <class E>
const double* constants_of(const E& formula) {
  if constexpr (E::constant_count > 0)
    return formula.constants.values;
  else
    return nullptr;
}

/// Compares analytic(i, e), the derivatives of some numbers by element e of variable i, with the differences
/// of values(), those numbers at the point.
template <class At>
GradcheckResult compare(At& point, const GradcheckOptions& options, auto values, auto analytic) {
  GradcheckResult result;
  const auto check = [&](std::size_t variable, std::size_t element) {
    const std::vector<double> expected = analytic(variable, element);
    double& x = point[variable][element];
    const double kept = x;
    x = kept + options.eps;
    const std::vector<double> ahead = values();
    x = kept - options.eps;
    const std::vector<double> behind = values();
    x = kept;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double numerical = (ahead[i] - behind[i]) / (2 * options.eps);
      const double share =
          std::abs(expected[i] - numerical) / (options.atol + options.rtol * std::abs(numerical));
      // A NaN is worse than any number, and stays the worst.
      if (!(share <= result.worst) && !std::isnan(result.worst))
        result = {At::names[variable], element, expected[i], numerical, share, result.checked};
    }
    ++result.checked;
  };

  std::size_t elements = 0;
  for (std::size_t i = 0; i < At::count; ++i) elements += point[i].size();
  Random random(options.seed);
  const bool all = options.num_checks == 0 || options.num_checks >= elements;
  for (std::size_t n = 0; n < (all ? elements : options.num_checks); ++n) {
    std::size_t element = all ? n : static_cast<std::size_t>(random.below(elements)), variable = 0;
    for (; element >= point[variable].size(); ++variable) element -= point[variable].size();
    check(variable, element);
  }
  return result;
}

}  // namespace formula

/// Compares a formula's gradient, at a point in double, with central differences of its value.
template <formula::AnyExpression F, class... B>
GradcheckResult gradcheck(const F& f, const formula::Point<B...>& at, const GradcheckOptions& options = {}) {
  auto point = formula::movable_point(typename F::variables{}, at);
  const double* constants = formula::constants_of(f);
  using Both = formula::Run<formula::ValueAndGradientRoutine<F>, double>;
  std::vector<std::vector<double>> gradients;
  std::apply(
      [&](double, const auto&... by_variable) {
        (formula::append(gradients.emplace_back(), by_variable), ...);
      },
      Both::run(point.data(), constants));
  return formula::compare(
      point, options,
      [&] {
        using Alone = formula::Run<formula::Evaluate<F>, double>;
        return std::vector<double>{std::get<0>(Alone::run(point.data(), constants))};
      },
      [&](std::size_t variable, std::size_t element) {
        return std::vector<double>{gradients[variable][element]};
      });
}

/// Compares the columns of a formula's Hessian, at a point in double, with central differences of its
/// gradient.
template <formula::AnyExpression F, class... B>
GradcheckResult gradgradcheck(const F& f, const formula::Point<B...>& at,
                              const GradcheckOptions& options = {}) {
  using variables = typename F::variables;
  constexpr std::size_t count = boost::mp11::mp_size<variables>::value;
  auto point = formula::movable_point(variables{}, at);
  const double* constants = formula::constants_of(f);
  const auto gradient = [&] {
    using Both = formula::Run<formula::ValueAndGradientRoutine<F>, double>;
    std::vector<double> all;
    std::apply([&](double, const auto&... by_variable) { (formula::append(all, by_variable), ...); },
               Both::run(point.data(), constants));
    return all;
  };
  const auto column = [&](std::size_t variable, std::size_t element) {
    using Directions = boost::mp11::mp_transform<formula::Along, variables>;
    using Product = formula::Run<formula::HvpRoutine<F, Directions>, double>;
    std::vector<double> directions[count];
    const double* pointers[2 * count];
    for (std::size_t i = 0; i < count; ++i) {
      directions[i].assign(point[i].size(), 0);
      pointers[i] = point.data()[i];
      pointers[count + i] = directions[i].data();
    }
    directions[variable][element] = 1;
    std::vector<double> all;
    std::apply([&](const auto&... by_variable) { (formula::append(all, by_variable), ...); },
               Product::run(pointers, constants));
    return all;
  };
  return formula::compare(point, options, gradient, column);
}

}  // namespace ctnn
