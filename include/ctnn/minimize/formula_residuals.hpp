#pragma once
#include <ctnn/formula/jacobian.hpp>
#include <ctnn/formula/map.hpp>
#include <ctnn/formula/tensors.hpp>
#include <ctnn/minimize/formula_objective.hpp>

namespace ctnn::formula {

/// A formula's derivatives by the variables of V, each a number.
template <class E, class V>
struct DerivativesBy {
  using variables = typename E::variables;
  static constexpr std::size_t outputs = boost::mp11::mp_size<V>::value;
  static constexpr void build(Lowering& lowering, Value* results) {
    std::ranges::copy(gradient_of_number(lowering.lower<E>(0), lower_all(lowering, V{})), results);
  }
};

/// A formula of numbers at the points of the arrays that `given` binds, as one residual each.
template <class E, class V, class... G>
class MappedResiduals;
template <class E, class... W, class... G>
class MappedResiduals<E, boost::mp11::mp_list<W...>, G...> {
  using V = boost::mp11::mp_list<W...>;
  static_assert(((W::shape::elements == 1) && ...),
                "ctnn: with arrays in given(), least_squares fits variables that are numbers");

 public:
  MappedResiduals(const E& formula, const Given<G...>& given) : formula_(formula), given_(given) {
    const auto measure = [&]<class B>(const B& binding) {
      if constexpr (binds_array<B>) size_ = binding.size;
    };
    std::apply([&](const G&... binding) { (measure(binding), ...); }, given.bindings);
  }

  static constexpr std::size_t dimension() { return sizeof...(W); }
  std::size_t size() const { return size_; }

  void residuals(std::span<const double> x, std::span<double> result) const {
    double* const outputs[]{result.data()};
    run<Evaluate<E>>(x, outputs);
  }
  void jacobian(std::span<const double> x, std::span<double> result) const {
    double* outputs[sizeof...(W)];
    for (std::size_t i = 0; i < sizeof...(W); ++i) outputs[i] = result.data() + i * size_;
    run<DerivativesBy<E, V>>(x, outputs);
  }

 private:
  template <class R>
  void run(std::span<const double> x, double* const* outputs) const {
    std::apply(
        [&](const G&... binding) {
          map_routine<R, double>(formula_.constants, size_, outputs,
                                 NumberBinding<W, double>{x[boost::mp11::mp_find<V, W>::value]}...,
                                 binding...);
        },
        given_.bindings);
  }

  E formula_;
  Given<G...> given_;
  std::size_t size_ = 0;
};

/// The elements of a formula's tensor as residuals; the Jacobian by forward mode, columns of one colour at a
/// time.
template <class E, class V, class... G>
class TensorResiduals {
  using point = FlatPoint<V>;
  using routine = Routine<Evaluate<E>>;

 public:
  TensorResiduals(const E& formula, const Given<G...>& given) : formula_(formula), memory_(given) {}

  static constexpr std::size_t dimension() { return point::dimension; }
  static constexpr std::size_t size() { return routine::output_shape(0).elements(); }

  void residuals(std::span<const double> x, std::span<double> result) {
    double* const outputs[]{result.data()};
    Run<Evaluate<E>, double>::run(memory_.at(x.data()), constants_of(formula_), outputs);
  }
  void jacobian(std::span<const double> x, std::span<double> result) {
    Compressed<JacobianColumns<E, V>>::run(
        memory_.at(x.data()), constants_of(formula_), [&] { std::ranges::fill(result, 0.0); },
        [&](std::size_t row, std::size_t column, double number) { result[column * size() + row] = number; });
  }

 private:
  E formula_;
  MovingMemory<E, V, G...> memory_;
};

}  // namespace ctnn::formula
