#pragma once
#include <ctnn/formula/compressed.hpp>
#include <ctnn/formula/directional.hpp>
#include <ctnn/formula/hessian.hpp>

namespace ctnn::formula {

/// The product of a formula's Hessian by some variables with a direction of them.
template <class E, class Wanted = typename E::variables>
struct HessianColumns : HvpBy<E, boost::mp11::mp_transform<Along, Wanted>, Wanted> {
  static constexpr auto seed_sizes = sizes_of(Wanted{});
  static constexpr bool symmetric = true;
};

/// The Hessian of a formula with tensors.
template <class E>
struct TensorHessianRoutine {
  using variables = typename E::variables;
};
template <class E, class T>
struct Run<TensorHessianRoutine<E>, T> {
  static constexpr void run(const T* const* variables, const T* constants, T* const* blocks) {
    // A local copy is known not to change when entries are stored.
    std::array<T*, HessianShapes<E>::blocks> places;
    std::copy_n(blocks, places.size(), places.begin());
    Compressed<HessianColumns<E>>::run(
        variables, constants, [&] { ByPair<E, T>::fill(places.data(), 0); },
        [&](std::size_t row, std::size_t column, T number)
            CTNN_INLINED { ByPair<E, T>::write(places.data(), row, column, number); });
  }
};

/// Of tensors: `colors`, a constant, is how many products of the Hessian it takes.
template <class E>
struct TensorHessianOf : Checked<Routine<HessianColumns<E>>>,
                         Checked<HessianShapes<E>>,
                         HessianOf<E, TensorHessianRoutine> {
  static constexpr std::size_t colors = Compressed<HessianColumns<E>>::colors;
};

}  // namespace ctnn::formula
