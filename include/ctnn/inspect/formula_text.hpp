#pragma once
#include <charconv>
#include <ctnn/formula/call.hpp>
#include <ctnn/ops/functions.hpp>
#include <limits>
#include <string>

namespace ctnn {

namespace detail {

/// Writes the graph of a formula as text; the values of variables are their names.
class FormulaPrinter {
 public:
  enum class Style { plain, latex };

  FormulaPrinter(Style style, std::vector<std::string> variables)
      : latex_(style == Style::latex), variables_(std::move(variables)) {}

  std::string print(Value x) const { return written(x).text; }

 private:
  /// How tightly what is written holds together.
  enum Precedence { comparison, sum, product, power, atom };
  struct Written {
    std::string text;
    Precedence precedence;
  };

  std::string inside(Value x, Precedence least) const {
    Written result = written(x);
    return result.precedence >= least ? std::move(result.text) : bracketed(result.text);
  }
  std::string bracketed(const std::string& text) const {
    return latex_ ? "\\left(" + text + "\\right)" : "(" + text + ")";
  }
  static std::string number(double value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    return {digits, end.ptr};
  }

  Written written(Value x) const {
    const Node& node = x.node();
    if (x.is(primitive::input)) return {variables_[node.attributes.integers[0] - 1], atom};
    if (is_constant(x)) return {number(node.attributes.scalar), node.attributes.scalar < 0 ? sum : atom};
    if (node.primitive->kind == Kind::broadcast) return written(x.operand(0));
    if (x.is(primitive::add)) return added(x.operand(0), x.operand(1));
    if (x.is(primitive::subtract))
      return {inside(x.operand(0), sum) + " - " + inside(x.operand(1), product), sum};
    if (x.is(primitive::negate)) return {"-" + inside(x.operand(0), product), sum};
    if (x.is(primitive::multiply)) return multiplied(x.operand(0), x.operand(1));
    if (x.is(primitive::divide)) return divided(x.operand(0), x.operand(1));
    if (x.is(primitive::pow)) return raised(inside(x.operand(0), atom), print(x.operand(1)));
    if (x.is(primitive::less)) return compared(x, " < ");
    if (x.is(primitive::less_equal)) return compared(x, latex_ ? " \\le " : " <= ");
    if (x.is(primitive::equal)) return compared(x, latex_ ? " = " : " == ");
    if (latex_ && x.is(primitive::sqrt)) return {"\\sqrt{" + print(x.operand(0)) + "}", atom};
    if (latex_ && x.is(primitive::exp)) return {"e^{" + print(x.operand(0)) + "}", power};
    return {called(x), atom};
  }

  /// The first of the formula's variables that a value depends on; numbers come last.
  static std::size_t first_variable(Value x) {
    if (x.is(primitive::input)) return x.node().attributes.integers[0];
    std::size_t first = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i < x.operand_count(); ++i) first = std::min(first, first_variable(x.operand(i)));
    return first;
  }

  // A person writes b - a for -a + b, and the variables in their order.
  Written added(Value a, Value b) const {
    if (first_variable(b) < first_variable(a)) std::swap(a, b);
    if (a.is(primitive::negate) && !b.is(primitive::negate)) std::swap(a, b);
    if (b.is(primitive::negate)) return {inside(a, sum) + " - " + inside(b.operand(0), product), sum};
    if (is_constant(b) && b.node().attributes.scalar < 0)
      return {inside(a, sum) + " - " + number(-b.node().attributes.scalar), sum};
    return {inside(a, sum) + " + " + inside(b, sum), sum};
  }
  Written multiplied(Value a, Value b) const {
    if (a == b) return raised(inside(a, atom), "2");
    if (is_constant(b) || (!is_constant(a) && first_variable(b) < first_variable(a))) std::swap(a, b);
    return {inside(a, product) + (latex_ ? " \\, " : " * ") + inside(b, product), product};
  }
  Written divided(Value a, Value b) const {
    if (latex_) return {"\\frac{" + print(a) + "}{" + print(b) + "}", atom};
    return {inside(a, product) + " / " + inside(b, power), product};
  }
  Written raised(const std::string& base, const std::string& exponent) const {
    if (latex_) return {base + "^{" + exponent + "}", power};
    const bool simple = exponent.find_first_of(" (-") == exponent.npos;
    return {base + "^" + (simple ? exponent : bracketed(exponent)), power};
  }
  Written compared(Value x, const char* sign) const {
    return {inside(x.operand(0), sum) + sign + inside(x.operand(1), sum), comparison};
  }
  std::string called(Value x) const {
    const std::string name(x.node().primitive->name);
    std::string arguments;
    for (std::size_t i = 0; i < x.operand_count(); ++i)
      arguments += (i == 0 ? "" : ", ") + print(x.operand(i));
    return (latex_ ? "\\operatorname{" + name + "}" : name) + bracketed(arguments);
  }

  bool latex_;
  std::vector<std::string> variables_;
};

template <formula::AnyExpression F>
std::string print_formula(const F& f, FormulaPrinter::Style style) {
  static_assert(sizeof(Checked<formula::Routine<formula::Evaluate<F>>>) > 0);
  constexpr auto keys = formula::keys_of(typename F::variables{});
  const double* constants = nullptr;
  if constexpr (F::constant_count > 0) constants = f.constants.values;
  GraphBuilder builder;
  formula::Lowering lowering(builder, keys, constants);
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
