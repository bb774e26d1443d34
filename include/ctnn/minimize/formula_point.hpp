#pragma once
#include <algorithm>
#include <ctnn/formula/directional.hpp>
#include <vector>

namespace ctnn {

namespace formula {

/// Whether a binding is one of an array.
template <class B>
inline constexpr bool binds_array = requires(const B& binding) {
  binding.size;
};

/// What a minimisation holds fixed.
template <class... B>
struct Given {
  std::tuple<B...> bindings;
};

/// The variables of V, one after the other, as one vector of numbers.
template <class V>
struct FlatPoint;
template <class... V>
struct FlatPoint<boost::mp11::mp_list<V...>> {
  using variables = boost::mp11::mp_list<V...>;
  static_assert(sizeof...(V) > 0, "ctnn: at() binds no variable: there is nothing to minimise over");
  static constexpr std::size_t dimension = (std::size_t{0} + ... + V::shape::elements);

  static constexpr std::size_t offset(std::size_t variable) {
    constexpr std::size_t elements[]{V::shape::elements..., 0};
    std::size_t result = 0;
    for (std::size_t i = 0; i < variable; ++i) result += elements[i];
    return result;
  }

  template <class... B>
  static std::vector<double> flatten(const Point<B...>& at) {
    std::vector<double> result;
    const auto append = [&]<class Bound>(const Bound& binding) {
      static_assert(
          !binds_array<Bound>,
          "ctnn: an array is bound in at(): a minimisation starts at a number or tensor for each variable");
      if constexpr (!binds_array<Bound>)
        result.insert(result.end(), binding.data(), binding.data() + Bound::variable::shape::elements);
    };
    std::apply([&](const B&... binding) { (append(binding), ...); }, at.bindings);
    return result;
  }

  /// The numbers as one number or tensor per variable.
  static auto by_variable(const double* numbers) {
    std::size_t next = 0;
    const auto take = [&]<class W>(W) {
      const double* from = numbers + offset(next++);
      if constexpr (W::shape::rank == 0) {
        return *from;
      } else {
        return tensor(from, typename W::shape{});
      }
    };
    // In braces, so that the order is that of the list.
    const std::tuple results{take(V{})...};
    return std::apply([](const auto&... result) { return formula::by_variable(variables{}, result...); },
                      results);
  }

 private:
  template <std::size_t... Axes>
  static Tensor<double, Axes...> tensor(const double* from, Shape<Axes...>) {
    Tensor<double, Axes...> result;
    std::copy_n(from, result.size(), result.data());
    return result;
  }
};

}  // namespace formula

/// The variables that a minimisation holds fixed, as data: `given(x = points, y = values)`.
template <formula::AnyBinding... B>
constexpr formula::Given<B...> given(const B&... bindings) {
  return {{bindings...}};
}

}  // namespace ctnn
