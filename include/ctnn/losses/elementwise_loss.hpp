#pragma once
#include <ctnn/formula/operators.hpp>
#include <ctnn/formula/substitute.hpp>
#include <ctnn/losses/loss.hpp>

namespace ctnn {

/// The mean over a sample's elements of a formula of the variables `prediction` and `target`:
/// `ElementwiseLoss<square(prediction - target)>`. Predictions and targets have one shape.
template <auto Formula>
struct ElementwiseLoss {
  static constexpr ElementType target_type = ElementType::real;
  static constexpr Extents target(const Extents& prediction) { return prediction; }

  static constexpr Value lower(Builder& builder, Value prediction, Value target) {
    if constexpr (formula::AnyExpression<decltype(Formula)>)
      return lower(builder, prediction, target, typename decltype(Formula)::variables{});
    else
      return builder.fail(prediction, "takes a formula of the variables prediction and target");
  }

 private:
  template <class... V>
  static constexpr Value lower(Builder& builder, Value prediction, Value target,
                               boost::mp11::mp_list<V...> variables) {
    Value arguments[sizeof...(V) + 1];
    std::size_t count = 0;
    for (std::string_view name : {V::name..., std::string_view()}) {
      if (count == sizeof...(V)) break;
      if (name != "prediction" && name != "target")
        return builder.fail(prediction, join("takes a formula of the variables prediction and target: ", name,
                                             " is neither"));
      arguments[count++] = name == "target" ? target : prediction;
    }
    if (count == 0)
      return builder.fail(prediction, "takes a formula of the variable prediction: it has none");
    return detail::sample_mean(formula::substitute(Formula, variables, std::span(arguments, count)));
  }
};

}  // namespace ctnn
