#pragma once
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <concepts>
#include <ctnn/core/geometry.hpp>
#include <ctnn/graph/builder.hpp>
#include <ctnn/initializers/initializer.hpp>
#include <type_traits>

namespace ctnn {

/// What an option is about, and how errors name it.
namespace option {
struct stride {
  static constexpr std::string_view name = "Stride";
};
struct padding {
  static constexpr std::string_view name = "Padding";
};
struct dilation {
  static constexpr std::string_view name = "Dilation";
};
struct groups {
  static constexpr std::string_view name = "Groups";
};
struct bias {
  static constexpr std::string_view name = "Bias";
};
struct inputs {
  static constexpr std::string_view name = "Inputs";
};
struct initialize {
  static constexpr std::string_view name = "Initialize";
};
struct epsilon {
  static constexpr std::string_view name = "Epsilon";
};
struct momentum {
  static constexpr std::string_view name = "Momentum";
};
struct affine {
  static constexpr std::string_view name = "Affine";
};
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
/// What a normalisation adds to the variance.
template <double Number>
struct Epsilon {
  using option = option::epsilon;
  static constexpr double value = Number;
};
/// How far running statistics move to those of each batch.
template <double Number>
struct Momentum {
  using option = option::momentum;
  static constexpr double value = Number;
};
/// Whether a normalisation has a weight and a bias.
template <bool Enabled>
struct Affine {
  using option = option::affine;
  static constexpr bool value = Enabled;
};

namespace detail {

/// What an option is about; a type that is no option is about itself.
template <class Option>
struct CategoryOf {
  struct type {
    static constexpr std::string_view name = type_name<Option>;
  };
};
template <class Option>
requires requires {
  typename Option::option;
}
struct CategoryOf<Option> {
  using type = typename Option::option;
};

template <class Category>
struct IsOption {
  template <class Option>
  using fn = std::is_same<typename CategoryOf<Option>::type, Category>;
};

/// The option of a category among `Options`, or else `Default`.
template <class Category, class Default, class... Options>
inline constexpr auto option_value = boost::mp11::mp_front<boost::mp11::mp_push_back<
    boost::mp11::mp_copy_if_q<boost::mp11::mp_list<Options...>, IsOption<Category>>, Default>>::value;

/// Complains unless every option is of a category among Known, and none is given twice.
template <class... Known, class... Options>
constexpr bool options_fit(Builder& builder, boost::mp11::mp_list<Known...>,
                           boost::mp11::mp_list<Options...>) {
  [[maybe_unused]] const auto fits = [&]<class Option>(boost::mp11::mp_identity<Option>) {
    using Category = typename CategoryOf<Option>::type;
    if constexpr (!boost::mp11::mp_contains<boost::mp11::mp_list<Known...>, Category>::value) {
      Text names;
      ((names += join(names.empty() ? "" : ", ", Known::name)), ...);
      builder.fail({}, join("has no option ", Category::name, ": it takes ", names));
    } else if constexpr (boost::mp11::mp_count_if_q<boost::mp11::mp_list<Options...>,
                                                    IsOption<Category>>::value > 1) {
      builder.fail({}, join("is given ", Category::name, " twice"));
    }
  };
  (fits(boost::mp11::mp_identity<Options>{}), ...);
  return builder.error().empty();
}

/// A square's side, or both extents: 5 or Pair{3, 5}. A negative side counts as none.
constexpr Pair pair_of(std::integral auto side) {
  const std::size_t extent = side > 0 ? static_cast<std::size_t>(side) : 0;
  return {extent, extent};
}
constexpr Pair pair_of(Pair pair) {
  return pair;
}

}  // namespace detail
}  // namespace ctnn
