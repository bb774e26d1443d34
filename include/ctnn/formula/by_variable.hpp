#pragma once
#include <boost/hana/basic_tuple.hpp>
#include <boost/mp11/algorithm.hpp>
#include <ctnn/core/inline.hpp>
#include <ctnn/core/tensor.hpp>
// Brings std::construct_at, and a fifth of what <memory> costs to compile.
#include <vector>

namespace ctnn::formula {

/// Room for a value that is written as a whole before it is read: a tensor would first be filled with zeros.
template <class T>
union Room {
  T value;

  CTNN_INLINE constexpr Room() {
    if (std::is_constant_evaluated()) std::construct_at(&value);
  }
  CTNN_INLINE constexpr Room(const T& given) : value(given) {}
};

template <class V, class T>
struct Entry {
  using variable = V;
  using room = Room<T>;
};

/// One result per variable: `gradient[x]`.
template <class... Entries>
struct ByVariable {
  template <class V>
  CTNN_INLINE constexpr const auto& operator[](const V&) const {
    static_assert(index<V> < sizeof...(Entries), "ctnn: the formula does not have this variable");
    return boost::hana::at_c<index<V>>(results).value;
  }

  /// Where a result is to be written.
  template <class V>
  CTNN_INLINE constexpr auto& place() {
    return boost::hana::at_c<index<V>>(results).value;
  }

  template <class V>
  static constexpr std::size_t index =
      boost::mp11::mp_find<boost::mp11::mp_list<typename Entries::variable...>, V>::value;

  /// (A hana::map would fill its elements with zeros.)
  boost::hana::basic_tuple<typename Entries::room...> results;
};

template <class... V, class... Results>
constexpr auto by_variable(boost::mp11::mp_list<V...>, const Results&... results) {
  return ByVariable<Entry<V, Results>...>{
      boost::hana::basic_tuple<Room<Results>...>{Room<Results>(results)...}};
}

}  // namespace ctnn::formula
