#pragma once
#include <ctnn/core/central_differences.hpp>
#include <ctnn/formula/directional.hpp>
#include <vector>

namespace ctnn {

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

  const std::vector<double>& operator[](std::size_t variable) const { return elements_[variable]; }
  /// The variables, as they can be moved.
  std::vector<MovableVariable> movable() {
    std::vector<MovableVariable> result;
    std::size_t i = 0;
    ((result.push_back({V::name, elements_[i]}), ++i), ...);
    return result;
  }
  const double* const* data() const { return pointers_; }

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
  return compare_with_differences(
      point.movable(), options,
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
  return compare_with_differences(point.movable(), options, gradient, column);
}

}  // namespace ctnn
