#pragma once
#include <ctnn/formula/call.hpp>
#include <ctnn/inspect/formula_printer.hpp>
#include <string>

namespace ctnn {

namespace detail {

template <formula::AnyExpression F>
std::string print_formula(const F& f, FormulaPrinter::Style style) {
  static_assert(sizeof(Checked<formula::Routine<formula::Evaluate<F>>>) > 0);
  constexpr auto keys = formula::keys_of(typename F::variables{});
  GraphBuilder builder;
  formula::Lowering lowering(builder, keys, formula::constants_of(f));
  const Value value = lowering.lower<F>(0);
  const auto names = []<class... V>(boost::mp11::mp_list<V...>) {
    return std::vector<std::string>{std::string(V::name)...};
  };
  return FormulaPrinter(style, names(typename F::variables{})).print(value);
}

}  // namespace detail

/// A formula, or a derivative, as a person would write it: simplified, and with no needless brackets. What
/// stands in several places is written in each.
template <formula::AnyExpression F>
std::string to_string(const F& f) {
  return detail::print_formula(f, detail::FormulaPrinter::Style::plain);
}
/// The same for LaTeX's mathematics.
template <formula::AnyExpression F>
std::string to_latex(const F& f) {
  return detail::print_formula(f, detail::FormulaPrinter::Style::latex);
}

}  // namespace ctnn
