#pragma once
#include <ctnn/formula/derivative.hpp>
#include <ctnn/kernels/batch_functions.hpp>
#include <span>
#include <stdexcept>
#include <string>

namespace ctnn {

namespace formula {

/// Runs R, a routine of numbers, at `count` points: a vector of them at once. Output i goes to outputs[i].
template <class R, class T, class... B>
void map_routine(const auto& constants, std::size_t count, T* const* outputs, const B&... bindings) {
  using variables = typename R::variables;
  using routine = Routine<R>;
  static_assert(sizeof(Checked<routine>) > 0 && sizeof(Checked<BindingsFit<variables, B...>>) > 0);
  static_assert(is_elementwise(routine::graph.view()), "ctnn: map takes a formula of numbers");

  constexpr std::size_t variable_count = boost::mp11::mp_size<variables>::value;
  const T* elements[variable_count + 1]{};
  T numbers[variable_count + 1]{};
  bool is_array[variable_count + 1]{};
  const auto bind = [&]<class Bound>(const Bound& binding) {
    constexpr std::size_t i = boost::mp11::mp_find<variables, typename Bound::variable>::value;
    if constexpr (requires { binding.size; }) {
      static_assert(std::is_same_v<T, typename Bound::value_type>,
                    "ctnn: arrays of float and of double are bound in one call");
      if (binding.size != count)
        throw std::invalid_argument("map: " + std::string(Bound::variable::name) + " has " +
                                    std::to_string(binding.size) + " elements for " + std::to_string(count) +
                                    " points");
      elements[i] = binding.elements;
      is_array[i] = true;
    } else {
      numbers[i] = static_cast<T>(binding.number);
      elements[i] = &numbers[i];
    }
  };
  (bind(bindings), ...);

  using V = kernels::Batch<T>;
  const auto compute = [&](std::size_t first, std::size_t points) CTNN_INLINED {
    const bool whole = points == kernels::lanes<V>;
    ElementProgram<routine>::template run<V>(
        [&](const Binding& binding) CTNN_INLINED {
          if (binding.block == routine::constants_block) {
            if constexpr (requires { constants.values; })
              return V(static_cast<T>(constants.values[binding.offset]));
            else
              return V(T(0));
          }
          const T* from = elements[binding.block - 1];
          if (!is_array[binding.block - 1]) return V(*from);
          return whole ? kernels::load<V>(from + first) : kernels::load_partial<V>(from + first, points);
        },
        [&](const Binding& binding, const V& value) CTNN_INLINED {
          T* to = outputs[binding.block - routine::first_output_block] + first;
          if (whole)
            kernels::store(to, value);
          else
            kernels::store_partial(to, value, points);
        });
  };
  std::size_t first = 0;
  for (; first + kernels::lanes<V> <= count; first += kernels::lanes<V>) compute(first, kernels::lanes<V>);
  if (first < count) compute(first, count - first);
}

template <class E>
struct MapOf {
  E formula;

  template <Array R, AnyBinding... B>
  void operator()(R&& values, const B&... bindings) const {
    using T = std::remove_pointer_t<decltype(std::data(values))>;
    T* const outputs[]{std::data(values)};
    map_routine<Evaluate<E>, T>(formula.constants, std::size(values), outputs, bindings...);
  }
};

template <class E, class Wanted>
struct MapValueAndGradientOf {
  static constexpr std::size_t variables = boost::mp11::mp_size<Wanted>::value;
  E formula;

  template <Array R, AnyBinding... B>
  void operator()(
      R&& values,
      const std::array<std::span<std::remove_pointer_t<decltype(std::data(values))>>, variables>& gradients,
      const B&... bindings) const {
    using T = std::remove_pointer_t<decltype(std::data(values))>;
    T* outputs[variables + 1]{std::data(values)};
    for (std::size_t i = 0; i < variables; ++i) {
      if (gradients[i].size() != std::size(values))
        throw std::invalid_argument("map: gradient " + std::to_string(i) + " has room for " +
                                    std::to_string(gradients[i].size()) + " of " +
                                    std::to_string(std::size(values)) + " points");
      outputs[1 + i] = gradients[i].data();
    }
    map_routine<ValueAndGradientRoutine<E, Wanted>, T>(formula.constants, std::size(values), outputs,
                                                       bindings...);
  }
};

}  // namespace formula

/// A formula of numbers at many points, a vector of them at once: `map(f)(values, x = xs, y = 2.0)` writes
/// one value for each element of the arrays; a number stands for an array of equal ones. Throws
/// std::invalid_argument for arrays of another size than `values`.
template <formula::AnyExpression F>
constexpr auto map(const F& f) {
  return formula::MapOf<F>{f};
}
/// The same with gradients, one array per variable, in the order in which value_and_gradient names them, or
/// else in that in which they first stand in the formula: `map(value_and_gradient(f, x, y))(values, {by_x,
/// by_y}, x = xs, y = ys)`.
template <class F, class Wanted>
constexpr auto map(const formula::ValueAndGradientOf<F, Wanted>& f) {
  return formula::MapValueAndGradientOf<F, Wanted>{f.formula};
}
template <class F>
requires(!formula::AnyExpression<F>) constexpr void map(const F&) {
  static_assert(formula::AnyExpression<F>, "ctnn: map takes a formula f, or value_and_gradient(f)");
}

}  // namespace ctnn
