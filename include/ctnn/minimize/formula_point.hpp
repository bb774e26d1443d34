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

/// What the routines of the formula E read: the variables of V from a vector that moves, the others, of the
/// bindings G, from where they stay.
template <class E, class V, class... G>
class MovingMemory {
  using variables = typename E::variables;
  static constexpr std::size_t count = boost::mp11::mp_size<variables>::value;

 public:
  explicit MovingMemory(const Given<G...>& given) {
    std::apply([&](const G&... binding) { (bind(binding), ...); }, given.bindings);
  }
  MovingMemory(const MovingMemory&) = delete;
  MovingMemory& operator=(const MovingMemory&) = delete;

  /// Where each variable's elements are, when those of V are at x.
  const double* const* at(const double* x) {
    move(x, V{});
    return pointers_;
  }

 private:
  template <class Bound>
  void bind(const Bound& binding) {
    constexpr std::size_t i = boost::mp11::mp_find<variables, typename Bound::variable>::value;
    if constexpr (requires { binding.number; }) {
      numbers_[i] = static_cast<double>(binding.number);
      pointers_[i] = &numbers_[i];
    } else {
      static_assert(
          !binds_array<Bound>,
          "ctnn: an array is given to minimize, whose formula is one number: least_squares takes arrays");
      static_assert(std::is_same_v<typename Bound::value_type, double>,
                    "ctnn: a minimisation computes in double: tensors in given() are tensors of double");
      pointers_[i] = binding.elements;
    }
  }
  template <class... W>
  void move(const double* x, boost::mp11::mp_list<W...>) {
    std::size_t next = 0;
    ((pointers_[boost::mp11::mp_find<variables, W>::value] = x + FlatPoint<V>::offset(next++)), ...);
  }

  const double* pointers_[count + 1]{};
  double numbers_[count + 1]{};
};

/// Calls compute(pointers, to) for the direction of each number in the variables of V, and `to` is what the
/// call before returned. `pointers` are those of a formula's variables, then the direction's.
template <class V, std::size_t Count>
void for_each_direction(const double* const* variables, double* to, const auto& compute) {
  constexpr std::size_t moving = boost::mp11::mp_size<V>::value;
  std::vector<double> direction(FlatPoint<V>::dimension);
  const double* pointers[Count + moving];
  std::copy_n(variables, Count, pointers);
  for (std::size_t i = 0; i < moving; ++i) pointers[Count + i] = direction.data() + FlatPoint<V>::offset(i);
  for (double& element : direction) {
    element = 1;
    to = compute(pointers, to);
    element = 0;
  }
}

/// Writes the elements of numbers and tensors one after the other.
inline double* write(double number, double* to) {
  *to = number;
  return to + 1;
}
double* write(const auto& tensor, double* to) {
  return std::ranges::copy(tensor, to).out;
}

}  // namespace formula

/// The variables that a minimisation holds fixed, as data: `given(x = points, y = values)`.
template <formula::AnyBinding... B>
constexpr formula::Given<B...> given(const B&... bindings) {
  return {{bindings...}};
}

}  // namespace ctnn
