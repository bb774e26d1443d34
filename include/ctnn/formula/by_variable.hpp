#pragma once
#include <boost/hana/at_key.hpp>
#include <boost/hana/contains.hpp>
#include <boost/hana/map.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/type.hpp>
#include <boost/mp11/list.hpp>
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
using Entry = boost::hana::pair<boost::hana::type<V>, Room<T>>;

/// One result per variable: `gradient[x]`.
template <class... Entries>
struct ByVariable {
  template <class V>
  CTNN_INLINE constexpr const auto& operator[](const V&) const {
    static_assert(decltype(boost::hana::contains(results, boost::hana::type_c<V>))::value,
                  "ctnn: the formula does not have this variable");
    return boost::hana::at_key(results, boost::hana::type_c<V>).value;
  }

  /// Where a result is to be written.
  template <class V>
  CTNN_INLINE constexpr auto& place() {
    return boost::hana::at_key(results, boost::hana::type_c<V>).value;
  }

  decltype(boost::hana::make_map(std::declval<Entries>()...)) results;
};

template <class... V, class... Results>
constexpr auto by_variable(boost::mp11::mp_list<V...>, const Results&... results) {
  return ByVariable<Entry<V, Results>...>{boost::hana::make_map(Entry<V, Results>{{}, results}...)};
}

}  // namespace ctnn::formula
