#pragma once
#include <ctnn/core/message.hpp>
#include <ctnn/core/tensor.hpp>
#include <ctnn/core/type_name.hpp>
#include <ctnn/formula/expression.hpp>

namespace ctnn {

namespace formula {

/// A variable and what it stands for in a call: a number, a tensor that ends with the expression it stands
/// in, or the elements of one that stays, which are not copied.
template <class V, class T>
struct NumberBinding {
  using variable = V;
  using value_type = T;
  T number;
  constexpr const T* data() const { return &number; }
};
template <class V, class T>
struct ViewBinding {
  using variable = V;
  using value_type = T;
  const T* elements;
  constexpr const T* data() const { return elements; }
};

template <class V, class Held>
struct TensorBinding {
  using variable = V;
  using value_type = typename Held::value_type;
  Held tensor;
  constexpr const value_type* data() const { return tensor.data(); }
};

/// An array that a variable of one number runs through, for map.
template <class V, class T>
struct ArrayBinding {
  using variable = V;
  using value_type = T;
  const T* elements;
  std::size_t size;
};

template <class R>
concept Array = requires(const R& range) {
  requires std::floating_point<std::remove_cvref_t<decltype(*std::data(range))>>;
  std::size(range);
};

/// A variable and the value of a graph that it stands for.
template <class V>
struct ValueBinding {
  using variable = V;
  using value_type = Value;
  Value value;
};

/// Whether `V() = W()` binds a variable.
template <class V, class W>
concept Bindable = std::same_as<W, Value> || std::same_as<W, V> ||(Number<W>&& V::shape::elements == 1) ||
                   (Array<W> && V::shape::rank == 0) || requires {
  requires std::same_as<typename W::shape, typename V::shape>;
  requires std::floating_point<typename W::value_type>;
};

/// The complaint for what is bound wrongly.
template <class V, class W>
struct BindingFit {
  static constexpr auto complaint = freeze_text([] {
    Text text = join("the variable ", V::name, ", ");
    text += V::shape::rank == 0 ? Text("a number") : join("of shape ", V::shape::extents);
    text += ", is bound to ";
    if constexpr (requires { W::shape::extents; })
      text += join("a tensor of shape ", W::shape::extents);
    else if constexpr (Number<W>)
      text += "a number: fill a Tensor with it";
    else
      text += join(type_name<W>, V::shape::rank == 0 ? ": bind a number" : ": bind a Tensor or a TensorView");
    return text;
  });
};

/// The names of variables, as errors list them.
template <class... V>
constexpr Text names_of(boost::mp11::mp_list<V...>) {
  Text names;
  ((names += join(names.empty() ? "" : ", ", V::name)), ...);
  return names.empty() ? Text("none") : names;
}

}  // namespace formula

/// A formula's variable, known by its name: a number, or a tensor of the shape S. `x = 2.0` binds it for a
/// call.
template <FixedString Name, class S = Shape<>>
struct Variable : formula::Members<Variable<Name, S>, 0, boost::mp11::mp_list<Variable<Name, S>>> {
  static constexpr std::string_view name = Name.view();
  using shape = S;

  static constexpr Value lower(formula::Lowering& lowering, std::size_t) {
    return lowering.variable(formula::rule<Variable>, S::extents);
  }

  template <formula::Number N>
  requires(S::elements == 1) constexpr auto operator=(N number) const {
    using T = std::conditional_t<std::is_same_v<N, float>, float, double>;
    return formula::NumberBinding<Variable, T>{static_cast<T>(number)};
  }
  template <class T, std::size_t... Axes>
  requires(std::same_as<Shape<Axes...>, S>) constexpr auto operator=(const Tensor<T, Axes...>& tensor) const {
    return formula::ViewBinding<Variable, T>{tensor.data()};
  }
  template <class T, std::size_t... Axes>
  requires(std::same_as<Shape<Axes...>, S>) constexpr auto operator=(Tensor<T, Axes...>&& tensor) const {
    return formula::TensorBinding<Variable, Tensor<T, Axes...>>{tensor};
  }
  template <class T, std::size_t... Axes>
  requires(std::same_as<Shape<Axes...>, S>) constexpr auto operator=(
      const TensorView<T, Axes...>& tensor) const {
    return formula::ViewBinding<Variable, std::remove_const_t<T>>{tensor.data()};
  }
  constexpr auto operator=(Value value) const { return formula::ValueBinding<Variable>{value}; }
  template <formula::Array R>
  requires(S::rank == 0) constexpr auto operator=(const R& range) const {
    using T = std::remove_cvref_t<decltype(*std::data(range))>;
    return formula::ArrayBinding<Variable, T>{std::data(range), std::size(range)};
  }
  template <class Wrong>
  requires(!formula::Bindable<Variable, Wrong>) constexpr auto operator=(const Wrong&) const {
    static_cast<void>(Checked<formula::BindingFit<Variable, Wrong>>{});
    return formula::ViewBinding<Variable, double>{nullptr};
  }
};

}  // namespace ctnn
