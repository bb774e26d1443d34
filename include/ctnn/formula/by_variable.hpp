#pragma once
#include <boost/mp11/list.hpp>
#include <ctnn/core/inline.hpp>
#include <ctnn/core/tensor.hpp>
#include <memory>

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
  Room<T> room;
};

/// One result per variable: `gradient[x]`.
template <class... Entries>
struct ByVariable : Entries... {
  template <class V>
  constexpr const auto& operator[](const V&) const {
    static_assert(
        requires { entry<V>(*this); }, "ctnn: the formula does not have this variable");
    return entry<V>(*this);
  }

  /// Where each result is to be written.
  template <class V>
  CTNN_INLINE constexpr auto* place() {
    return &const_cast<std::remove_cvref_t<decltype(entry<V>(*this))>&>(entry<V>(*this));
  }

 private:
  template <class V, class T>
  CTNN_INLINE static constexpr const T& entry(const Entry<V, T>& e) {
    return e.room.value;
  }
};

template <class... V, class... Results>
constexpr auto by_variable(boost::mp11::mp_list<V...>, const Results&... results) {
  return ByVariable<Entry<V, Results>...>{{results}...};
}

}  // namespace ctnn::formula
