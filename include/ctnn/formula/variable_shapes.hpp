#pragma once
#include <array>
#include <boost/mp11/list.hpp>
#include <ctnn/core/inline.hpp>
#include <ctnn/core/shape.hpp>
#include <span>

namespace ctnn::formula {

/// The sizes and shapes of variables.
template <class... V>
constexpr std::array<std::size_t, sizeof...(V)> sizes_of(boost::mp11::mp_list<V...>) {
  return {V::shape::elements...};
}
template <class... V>
constexpr std::array<Extents, sizeof...(V)> extents_of(boost::mp11::mp_list<V...>) {
  return {V::shape::extents...};
}
constexpr Extents joined_extents(Extents first, const Extents& second) {
  for (std::size_t i = 0; i < second.rank; ++i) first.push_back(second[i]);
  return first;
}

/// An element of one of several variables, when their elements are counted through.
struct ElementPlace {
  std::size_t variable, element;
};
CTNN_INLINE constexpr ElementPlace place_of(std::span<const std::size_t> sizes, std::size_t flat) {
  std::size_t variable = 0;
  while (variable + 1 < sizes.size() && flat >= sizes[variable]) flat -= sizes[variable++];
  return {variable, flat};
}

}  // namespace ctnn::formula
