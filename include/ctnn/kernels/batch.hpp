#pragma once
#include <cstddef>
#include <type_traits>

namespace ctnn::kernels {

/// What a batch's lanes are, how many, and what holds a truth value per lane; a number is a batch of one.
template <class B>
struct BatchOf {
  using element = typename B::value_type;
  using mask = typename B::batch_bool_type;
  static constexpr std::size_t lanes = B::size;
};
template <class B>
requires std::is_arithmetic_v<B>
struct BatchOf<B> {
  using element = B;
  using mask = bool;
  static constexpr std::size_t lanes = 1;
};

template <class B>
using Element = typename BatchOf<B>::element;
template <class B>
inline constexpr std::size_t lanes = BatchOf<B>::lanes;

}  // namespace ctnn::kernels
