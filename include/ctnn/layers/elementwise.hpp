#pragma once
#include <ctnn/formula/operators.hpp>
#include <ctnn/formula/substitute.hpp>
#include <ctnn/graph/builder.hpp>

namespace ctnn {

/// A formula of one variable, for each element of an input of any shape: `Elementwise<x * tanh(x)>`. Its
/// objects are layers in expressions, and functions of values in layers.
template <auto Formula>
struct Elementwise {
  static constexpr Value lower(Builder&, Value x) { return apply(x); }
  constexpr Value operator()(Value x) const { return apply(x); }

 private:
  static constexpr Value apply(Value x) {
    if constexpr (!formula::AnyExpression<decltype(Formula)>)
      return x.builder->fail(x, "takes a formula: Elementwise<x * tanh(x)>, of a variable x");
    else if constexpr (boost::mp11::mp_size<typename decltype(Formula)::variables>::value != 1)
      return x.builder->fail(x, join("takes a formula of one variable; those of this one are ",
                                     formula::names_of(typename decltype(Formula)::variables{})));
    else
      return formula::substitute(Formula, typename decltype(Formula)::variables{}, std::span(&x, 1));
  }
};

template <auto Formula>
inline constexpr Elementwise<Formula> elementwise{};

}  // namespace ctnn
