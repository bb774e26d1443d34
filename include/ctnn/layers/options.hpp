#pragma once
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <concepts>
#include <ctnn/core/geometry.hpp>
#include <ctnn/initializers/initializer.hpp>
#include <type_traits>

namespace ctnn {

namespace option {
struct stride;
struct padding;
struct dilation;
struct groups;
struct bias;
struct inputs;
struct initialize;
}  // namespace option

/// Options of layers, in any order behind what a layer must know: `Conv2d<64, 3, Stride<2>, Padding<1>,
/// Bias<false>>`.
template <std::size_t Height, std::size_t Width = Height>
struct Stride {
  using option = option::stride;
  static constexpr Pair value{Height, Width};
};
/// Zeros (for max pooling: nothing) on each side.
template <std::size_t Height, std::size_t Width = Height>
struct Padding {
  using option = option::padding;
  static constexpr Pair value{Height, Width};
};
template <std::size_t Height, std::size_t Width = Height>
struct Dilation {
  using option = option::dilation;
  static constexpr Pair value{Height, Width};
};
template <std::size_t Count>
struct Groups {
  using option = option::groups;
  static constexpr std::size_t value = Count;
};
template <bool Enabled>
struct Bias {
  using option = option::bias;
  static constexpr bool value = Enabled;
};
/// Says how many features or channels must come in; a layer infers it otherwise.
template <std::size_t Count>
struct Inputs {
  using option = option::inputs;
  static constexpr std::size_t value = Count;
};
/// Draws the weights by another initializer than PyTorch's default.
template <Initializer I>
struct Initialize {
  using option = option::initialize;
  static constexpr Initializer value = I;
};

namespace detail {

template <class Category>
struct IsOption {
  template <class Option>
  using fn = std::is_same<typename Option::option, Category>;
};

/// The option of a category among `Options`, or else `Default`.
template <class Category, class Default, class... Options>
inline constexpr auto option_value = boost::mp11::mp_front<boost::mp11::mp_push_back<
    boost::mp11::mp_copy_if_q<boost::mp11::mp_list<Options...>, IsOption<Category>>, Default>>::value;

/// Whether every option is one that the layer knows, and none is given twice.
template <class Known, class... Options>
consteval bool options_are_known() {
  return (boost::mp11::mp_contains<Known, typename Options::option>::value && ...) &&
         boost::mp11::mp_is_set<boost::mp11::mp_list<typename Options::option...>>::value;
}

/// A square's side, or both extents: 5 or Pair{3, 5}.
constexpr Pair pair_of(std::integral auto side) {
  return {static_cast<std::size_t>(side), static_cast<std::size_t>(side)};
}
constexpr Pair pair_of(Pair pair) {
  return pair;
}

}  // namespace detail
}  // namespace ctnn
