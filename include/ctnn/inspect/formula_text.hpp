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
  std::string number(double value) const {
    char digits[32];
    const std::string text(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    const std::size_t e = text.find('e');
    if (!latex_) return text;
    if (value != value) return "\\mathrm{NaN}";
    if (value - value != 0) return value < 0 ? "-\\infty" : "\\infty";
    if (e == text.npos) return text;
    const std::string mantissa = text.substr(0, e), exponent = std::to_string(std::stoi(text.substr(e + 1)));
    return (mantissa == "1" ? "" : mantissa + " \\cdot ") + "10^{" + exponent + "}";
  }
  bool is_power_of_ten(double value) const { return latex_ && number(value).find('{') != std::string::npos; }
  static bool is_negative(Value x) { return is_constant(x) && x.node().attributes.scalar < 0; }

  /// A reshape that only adds or drops axes of extent 1 is how other functions are made.
  static bool is_invisible(Value x) {
    const auto long_axes = [](const Extents& shape) {
      Extents result;
      for (std::size_t i = 0; i < shape.rank; ++i)
        if (shape[i] != 1) result.push_back(shape[i]);
      return result;
    };
    const Node& node = x.node();
    return node.primitive->kind == Kind::broadcast || node.primitive->name == "stop_gradient" ||
           (node.primitive->name == "reshape" && long_axes(node.shape) == long_axes(x.operand(0).shape()));
  }

  Written written(Value x) const {
    const Node& node = x.node();
    if (x.is(primitive::input)) {
      const std::string& name = variables_[node.attributes.integers[0] - 1];
      return {latex_ ? escaped(name) : name, atom};
    }
    if (is_constant(x)) {
      const double value = node.attributes.scalar;
      return {number(value), value < 0 ? sum : is_power_of_ten(value) ? product : atom};
    }
    if (is_invisible(x)) return written(x.operand(0));
    if (x.is(primitive::add)) return added(x.operand(0), x.operand(1));
    if (x.is(primitive::subtract)) return subtracted(x.operand(0), x.operand(1));
    if (x.is(primitive::negate)) return {"-" + inside(x.operand(0), product), sum};
    if (x.is(primitive::multiply)) return multiplied(x.operand(0), x.operand(1));
    if (x.is(primitive::divide)) return divided(x.operand(0), x.operand(1));
    if (x.is(primitive::pow)) return raised(inside(x.operand(0), atom), print(x.operand(1)));
    if (x.is(primitive::less)) return compared(x, " < ");
    if (x.is(primitive::less_equal)) return compared(x, latex_ ? " \\le " : " <= ");
    if (x.is(primitive::equal)) return compared(x, latex_ ? " = " : " == ");
    if (latex_ && x.is(primitive::sqrt)) return {"\\sqrt{" + print(x.operand(0)) + "}", atom};
    if (latex_ && x.is(primitive::cbrt)) return {"\\sqrt[3]{" + print(x.operand(0)) + "}", atom};
    if (latex_ && x.is(primitive::abs)) return {"\\left|" + print(x.operand(0)) + "\\right|", atom};
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
    if (a == b) return {"2" + times(true) + inside(a, product), product};
    if (b.is(primitive::negate)) return subtracted(a, b.operand(0));
    if (is_negative(b)) return {inside(a, sum) + " - " + number(-b.node().attributes.scalar), sum};
    if (b.is(primitive::multiply))
      for (const std::size_t i : {0u, 1u})
        if (is_negative(b.operand(i)))
          return {inside(a, sum) + " - " + number(-b.operand(i).node().attributes.scalar) + times(false) +
                      factor(b.operand(1 - i)),
                  sum};
    return {inside(a, sum) + " + " + inside(b, sum), sum};
  }
  Written subtracted(Value a, Value b) const {
    if (is_negative(b)) return {inside(a, sum) + " + " + number(-b.node().attributes.scalar), sum};
    return {inside(a, sum) + " - " + inside(b, product), sum};
  }
  std::string times(bool between_numbers) const {
    return !latex_ ? " * " : between_numbers ? " \\cdot " : " \\, ";
  }
  /// What stands behind a sign of multiplication: a quotient there would read as more factors.
  std::string factor(Value x) const {
    return inside(x, x.is(primitive::divide) && !latex_ ? power : product);
  }
  Written multiplied(Value a, Value b) const {
    if (a == b) return raised(inside(a, atom), "2");
    if (is_constant(b) || (!is_constant(a) && first_variable(b) < first_variable(a))) std::swap(a, b);
    const std::string first = inside(a, product), second = factor(b);
    return {first + times(second[0] >= '0' && second[0] <= '9') + second, product};
  }
  Written divided(Value a, Value b) const {
    if (latex_) return {"\\frac{" + print(a) + "}{" + print(b) + "}", power};
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
  /// What a function's name in a formula holds besides its arguments: `<0>`.
  static std::string axes_of(Value x) {
    const Node& node = x.node();
    const std::string_view name = node.primitive->name;
    const auto* integers = node.attributes.integers;
    const auto axis = [](std::size_t i) { return "<" + std::to_string(i) + ">"; };
    if (name == "sum" || name == "product" || name == "maximum_over_axes")
      return integers[1] - integers[0] == x.operand(0).shape().rank ? "" : axis(integers[0]);
    if (name == "concat" || name == "cumulative_sum" || name == "linear_recurrence" || name == "loop")
      return axis(integers[0]);
    std::string numbers;
    for (std::size_t i = 0; i < node.shape.rank; ++i) {
      if (name == "reshape") numbers += (i == 0 ? "" : ", ") + std::to_string(node.shape[i]);
      if (name == "slice" && node.shape[i] != x.operand(0).shape()[i])
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(i) + ", " + std::to_string(integers[i]) +
                   ", " + std::to_string(integers[i] + node.shape[i]);
    }
    return numbers.empty() ? "" : "<" + numbers + ">";
  }
  std::string called(Value x) const {
    constexpr std::pair<std::string_view, std::string_view> names[]{{"maximum", "max"},
                                                                    {"maximum_over_axes", "max"},
                                                                    {"minimum", "min"},
                                                                    {"product", "prod"},
                                                                    {"loop", "iterate"}};
    constexpr std::string_view of_latex[]{"sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min"};
    std::string name(x.node().primitive->name);
    for (const auto& [from, to] : names)
      if (name == from) name = to;
    std::string arguments;
    for (std::size_t i = 0; i < x.operand_count(); ++i) {
      const bool transposed =
          name == "matrix_product" && x.node().attributes.integers[i] != 0 && !is_invisible(x.operand(i));
      const std::string argument = print(x.operand(i));
      arguments += (i == 0 ? "" : ", ") + (transposed ? "transpose" + bracketed(argument) : argument);
    }
    if (latex_ && name == "log")
      name = "\\ln";
    else if (latex_ && std::ranges::find(of_latex, name) != std::end(of_latex))
      name = "\\" + name;
    else if (latex_)
      name = "\\operatorname{" + escaped(name) + "}";
    const std::string axes = axes_of(x);
    return name + (latex_ && !axes.empty() ? "_{" + axes.substr(1, axes.size() - 2) + "}" : axes) +
           bracketed(arguments);
  }
  static std::string escaped(const std::string& name) {
    std::string result;
    for (char c : name) result += c == '_' ? "\\_" : std::string(1, c);
    return result;
  }

  bool latex_;
  std::vector<std::string> variables_;
};

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
