#pragma once
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/mp11/utility.hpp>
#include <ctnn/core/fixed_string.hpp>
#include <ctnn/graph/builder.hpp>

namespace ctnn {

/// One layer after the other. Parameters are named by position, "0.weight", or by name where the layer is
/// Named.
template <class... Layers>
struct Sequential {
  static constexpr Value lower(Builder& builder, Value x) {
    std::size_t index = 0;
    boost::mp11::mp_for_each<boost::mp11::mp_list<boost::mp11::mp_identity<Layers>...>>(
        [&]<class L>(boost::mp11::mp_identity<L>) { x = builder.child<L>(index++, x); });
    return x;
  }
};

/// The layer L, whose parameters are named Name instead of by position: "conv1.weight".
template <FixedString Name, class L>
struct Named {
  static constexpr FixedString name = Name;
  using layer = L;
  static constexpr Value lower(Builder& builder, Value x) { return builder.child<L>(0, name, x); }
};
template <FixedString Name, class L>
constexpr Named<Name, L> named(L) {
  return {};
}

/// N copies of F, one after the other, each with parameters of its own: "0.…", "1.…".
template <std::size_t N, class F>
struct Repeat {
  static constexpr Value lower(Builder& builder, Value x) {
    for (std::size_t i = 0; i < N; ++i) x = builder.child<F>(i, x);
    return x;
  }
};
template <std::size_t N, class F>
constexpr Repeat<N, F> repeat(F) {
  return {};
}

namespace detail {
template <class L>
struct Steps {
  using type = Sequential<L>;
};
template <class... Layers>
struct Steps<Sequential<Layers...>> {
  using type = Sequential<Layers...>;
};
}  // namespace detail

/// Sequential by operator: `conv2d<6, 5> >> relu >> max_pool2d<2>`.
template <Layer A, Layer B>
constexpr auto operator>>(A, B) {
  return boost::mp11::mp_append<typename detail::Steps<A>::type, typename detail::Steps<B>::type>{};
}

}  // namespace ctnn
