#pragma once
#include <ctnn/formula/routine.hpp>
#include <ctnn/inspect/graph_dot.hpp>

namespace ctnn {

/// Draws the graph of a formula, or of a derivative, for Graphviz: simplified, with what is written twice as
/// one node; or, with `Simplify::no`, as it is written.
template <formula::AnyExpression F>
void to_dot(const F& f, std::ostream& out, Simplify simplify = Simplify::yes) {
  constexpr auto keys = formula::keys_of(typename F::variables{});
  GraphBuilder builder(simplify);
  formula::Lowering lowering(builder, keys, formula::constants_of(f));
  builder.output(lowering.lower<F>(0), {keys.size() + 1, 0});
  const auto names = []<class... V>(boost::mp11::mp_list<V...>) {
    return std::vector<std::string_view>{"", V::name..., "result"};
  }(typename F::variables{});
  if (simplify == Simplify::no)
    to_dot(builder.graph().view(), out, names);
  else
    to_dot(remove_dead(builder.graph().view()).view(), out, names);
}

}  // namespace ctnn
