#pragma once
#include <charconv>
#include <ctnn/inspect/formula_patterns.hpp>
#include <ctnn/inspect/loop_parts.hpp>
#include <limits>
#include <string>

namespace ctnn::detail {

/// Writes the graph of a formula as text.
class FormulaPrinter {
 public:
  enum class Style { plain, latex };

  /// The inputs of block 1 + i are called by the name of variable i.
  FormulaPrinter(Style style, const std::vector<std::string>& variables)
      : latex_(style == Style::latex), taken_(variables) {
    for (const std::string& name : variables)
      inputs_.push_back({inputs_.size() + 1, 0, 0, latex_ ? escaped(name) : name});
  }

  std::string print(Value x) const { return written(x).text; }

 private:
  /// The step of a loop: its captured values come first among its inputs.
  FormulaPrinter(bool latex, std::vector<LoopPart> inputs, std::vector<std::string> taken)
      : latex_(latex), inputs_(std::move(inputs)), taken_(std::move(taken)) {
    while (captured_ < inputs_.size() && inputs_[captured_].block == LoopBody::captured_block) ++captured_;
  }

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

  Written written(Value x) const {
    if (x.is(primitive::input)) return input(x);
    if (is_constant(x)) {
      const double value = x.node().attributes.scalar;
      return {number(value), value < 0 ? sum : is_power_of_ten(value) ? product : atom};
    }
    if (is_invisible(x)) return written(x.operand(0));
    if (const Value whole = whole_of_convolution(x)) return convolved(whole, "same");
    if (x.is(primitive::convolution_input_adjoint) && is_of_vectors(x))
      return convolved(x, convolution_mode(x));
    if (x.is(primitive::slice) || x.is(primitive::loop)) return columns(x, 0, x.shape().back());
    if (x.is(primitive::add)) return added(x);
    if (x.is(primitive::subtract)) return subtracted(x.operand(0), x.operand(1));
    if (x.is(primitive::negate)) return negated(x.operand(0));
    if (x.is(primitive::multiply)) return multiplied(x.operand(0), x.operand(1));
    if (x.is(primitive::divide)) return divided(x.operand(0), x.operand(1));
    if (x.is(primitive::pow)) return raised(inside(x.operand(0), atom), print(x.operand(1)));
    if (x.is(primitive::less)) return compared(x, " < ");
    if (x.is(primitive::less_equal)) return compared(x, latex_ ? " \\le " : " <= ");
    if (x.is(primitive::equal)) return compared(x, latex_ ? " = " : " == ");
    if (x.is(primitive::matrix_product)) return multiplied_matrices(x);
    if (latex_ && x.is(primitive::sqrt)) return {"\\sqrt{" + print(x.operand(0)) + "}", atom};
    if (latex_ && x.is(primitive::cbrt)) return {"\\sqrt[3]{" + print(x.operand(0)) + "}", atom};
    if (latex_ && x.is(primitive::abs)) return {"\\left|" + print(x.operand(0)) + "\\right|", atom};
    if (latex_ && x.is(primitive::exp)) return {"e^{" + print(x.operand(0)) + "}", power};
    std::vector<std::string> arguments;
    for (std::size_t i = 0; i < x.operand_count(); ++i) arguments.push_back(print(x.operand(i)));
    return called(std::string(x.node().primitive->name), axes_of(x), arguments);
  }

  std::size_t place_of_input(Value x) const {
    const std::size_t block = x.node().attributes.integers[0], offset = x.node().attributes.integers[1];
    std::size_t i = 0;
    while (inputs_[i].block != block || inputs_[i].offset != offset) ++i;
    return i;
  }
  Written input(Value x) const {
    const std::string& name = inputs_[place_of_input(x)].name;
    return {name, is_word(name) ? atom : comparison};
  }
  /// The first of the inputs that a value depends on; numbers come last. In a sum, a step's state comes
  /// before what the step captures; in a product, behind.
  std::size_t first_input(Value x, bool in_sum) const {
    if (x.is(primitive::input)) {
      const std::size_t place = place_of_input(x);
      return in_sum && place < captured_ ? place + inputs_.size() : place;
    }
    std::size_t first = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i < x.operand_count(); ++i)
      first = std::min(first, first_input(x.operand(i), in_sum));
    return first;
  }

  // A person writes b - a for -a + b, and the variables in their order.
  Written added(Value total) const {
    if (const Exponentials of = exponentials_of_logarithm(total)) return called("log_sum_exp", of);
    Value a = total.operand(0), b = total.operand(1);
    if (first_input(b, true) < first_input(a, true)) std::swap(a, b);
    if (a.is(primitive::negate) && !b.is(primitive::negate)) std::swap(a, b);
    if (a == b) return {"2" + times(true) + inside(a, product), product};
    const std::string second = inside(b, sum);
    return {inside(a, sum) + (second[0] == '-' ? " - " + second.substr(1) : " + " + second), sum};
  }
  Written negated(Value x) const {
    const Value most = visible(x);
    if (most.is(primitive::maximum_over_axes) && most.operand(0).is(primitive::negate))
      return called("min", axes_of(most), {print(most.operand(0).operand(0))});
    return {"-" + inside(x, product), sum};
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
    return inside(x, visible(x).is(primitive::divide) && !latex_ ? power : product);
  }
  Written multiplied(Value a, Value b) const {
    if (a == b) return raised(inside(a, atom), "2");
    for (const auto& [of, quotient] : {std::pair(a, visible(b)), std::pair(b, visible(a))})
      if (quotient.is(primitive::divide) && is_constant(quotient.operand(0), 1))
        if (const Exponentials shares = exponentials(of, quotient.operand(1)))
          return called("softmax", shares);
    if (is_constant(b) || (!is_constant(a) && first_input(b, false) < first_input(a, false))) std::swap(a, b);
    const std::string first = is_negative(a) ? print(a) : inside(a, product), second = factor(b);
    return {first + times(second[0] >= '0' && second[0] <= '9') + second, is_negative(a) ? sum : product};
  }
  Written divided(Value a, Value b) const {
    if (const Exponentials shares = exponentials(a, b)) return called("softmax", shares);
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
    if (name == "concat" || name == "cumulative_sum" || name == "linear_recurrence") return axis(integers[0]);
    std::string numbers;
    for (std::size_t i = 0; i < node.shape.rank; ++i) {
      if (name == "reshape") numbers += (i == 0 ? "" : ", ") + std::to_string(node.shape[i]);
      if (name == "slice" && node.shape[i] != x.operand(0).shape()[i])
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(i) + ", " + std::to_string(integers[i]) +
                   ", " + std::to_string(integers[i] + node.shape[i]);
    }
    return numbers.empty() ? "" : "<" + numbers + ">";
  }
  /// `axes` is empty, or stands in angle brackets.
  Written called(std::string name, const std::string& axes, const std::vector<std::string>& arguments) const {
    std::string list;
    for (const std::string& argument : arguments) list += (list.empty() ? "" : ", ") + argument;
    return {function(std::move(name)) +
                (latex_ && !axes.empty() ? "_{" + axes.substr(1, axes.size() - 2) + "}" : axes) +
                bracketed(list),
            atom};
  }
  std::string function(std::string name) const {
    constexpr std::pair<std::string_view, std::string_view> names[]{
        {"maximum", "max"}, {"maximum_over_axes", "max"}, {"minimum", "min"}, {"product", "prod"}};
    constexpr std::string_view of_latex[]{"sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min"};
    for (const auto& [from, to] : names)
      if (name == from) name = to;
    if (!latex_) return name;
    if (name == "log") return "\\ln";
    if (std::ranges::find(of_latex, name) != std::end(of_latex)) return "\\" + name;
    return "\\operatorname{" + escaped(name) + "}";
  }
  Written multiplied_matrices(Value x) const {
    std::vector<std::string> factors;
    for (std::size_t i = 0; i < 2; ++i) {
      const bool transposed = x.node().attributes.integers[i] != 0 && !is_invisible(x.operand(i));
      factors.push_back(transposed ? called("transpose", "", {print(x.operand(i))}).text
                                   : print(x.operand(i)));
    }
    // A matrix times a vector is computed as the vector times the matrix transposed.
    if (x.node().attributes.integers[1] != 0 && x.operand(0).shape()[0] == 1 && is_invisible(x.operand(0)))
      factors = {print(x.operand(1)), factors[0]};
    return called("matrix_product", "", factors);
  }

  Written called(const char* name, const Exponentials& of) const {
    return called(name, of.argument.shape().rank > 1 ? "<" + std::to_string(of.axis) + ">" : "",
                  {print(of.argument)});
  }

  Written convolved(Value x, const std::string& mode) const {
    std::vector<std::string> arguments{print(x.operand(0)), print(x.operand(1))};
    if (!mode.empty()) arguments.push_back(latex_ ? "\\mathrm{" + mode + "}" : mode);
    return called("convolve", "", arguments);
  }

  /// The columns [first, first + count) of what loops take and return: vectors of all states, or matrices
  /// with a row for each step.
  Written columns(Value x, std::size_t first, std::size_t count) const {
    const Extents shape = x.shape();
    const std::size_t last = shape.rank - 1;
    if (is_constant(x)) return written(x);
    if (x.is(primitive::loop)) return states(x, first, count);
    if (x.is(primitive::slice)) {
      const auto* begin = x.node().attributes.integers;
      const Value from = x.operand(0);
      Written result = columns(from, begin[last] + first, count);
      for (std::size_t axis = 0; axis < last; ++axis)
        if (shape[axis] != from.shape()[axis])
          result = sliced(result, axis, begin[axis], begin[axis] + shape[axis]);
      return result;
    }
    if (x.is(primitive::concat) && (first != 0 || count != shape.back() || last > 0)) {
      std::vector<std::string> parts;
      for (std::size_t i = 0; i < x.operand_count(); ++i) {
        const std::size_t size = x.operand(i).shape().back();
        if (x.node().attributes.integers[0] != last)
          parts.push_back(columns(x.operand(i), first, count).text);
        else if (first >= size)
          first -= size;
        else if (first + count <= size)
          return columns(x.operand(i), first, count);
        else
          break;
      }
      if (!parts.empty()) return called("concat", axes_of(x), parts);
    }
    if (first == 0 && count == shape.back()) {
      // A tensor's elements in one row, or those of its parts.
      const bool flat = x.is(primitive::reshape) && (last == 0 || shape[0] == x.operand(0).shape()[0]);
      if (x.is(primitive::reshape) && last == 1 && shape[0] == 1 && x.operand(0).shape() == Extents{count})
        return columns(x.operand(0), first, count);
      return written(flat ? x.operand(0) : x);
    }
    if (x.is(primitive::reshape) && x.operand(0).shape().rank > 0 &&
        x.operand(0).shape().back() == shape.back())
      return columns(x.operand(0), first, count);
    return sliced(written(x), last, first, first + count);
  }
  Written sliced(const Written& x, std::size_t axis, std::size_t first, std::size_t last) const {
    const auto text = [](std::size_t number) { return std::to_string(number); };
    return called("slice", "<" + text(axis) + ", " + text(first) + ", " + text(last) + ">", {x.text});
  }

  /// The elements [first, first + count) of a loop's states: `iterate<3>((x, 1), (y, dy) -> ...)[1]`.
  Written states(Value x, std::size_t first, std::size_t count) const {
    const LoopForm form = LoopForm::of(x.node().attributes);
    const Graph step = derived_body(*form.body, form.path);
    std::vector<std::string> taken = taken_;
    const std::vector<LoopPart> parts = loop_parts(
        form, {latex_},
        [&](std::size_t offset, std::size_t size) { return columns(x.operand(1), offset, size).text; },
        [&] {
          taken.push_back(fresh_name(taken));
          return taken.back();
        });
    const FormulaPrinter inner(latex_, parts, std::move(taken));
    GraphBuilder builder;
    const std::vector<Value> values = replay(step.view(), builder, [&](NodeId id) {
      const Node& node = step.view()[id];
      if (node.primitive != &primitive::input) return Value{};
      const std::size_t block = node.attributes.integers[0], offset = node.attributes.integers[1];
      if (block == LoopBody::captured_block)
        if (const std::optional<double> number = constant_at(x.operand(1), offset, node.shape.elements()))
          return constant(builder, *number, node.shape);
      return ctnn::input(builder, node.shape, {block, offset});
    });
    const auto next = [&](const LoopPart& state) {
      for (const Output& output : step.outputs)
        if (output.binding.offset == state.offset)
          return inner.print(values[static_cast<std::size_t>(output.node)]);
      return state.name;
    };
    const auto is_read = [&](const LoopPart& part) {
      return std::ranges::any_of(step.nodes, [&](const Node& node) {
        return node.primitive == &primitive::input && node.attributes.integers[0] == part.block &&
               node.attributes.integers[1] == part.offset;
      });
    };

    std::vector<std::string> arguments, firsts, nexts, rows;
    std::string index;
    for (const LoopPart& part : parts) {
      if (part.block == LoopBody::state_block) {
        if (part.offset == first && part.size == count) index = std::to_string(arguments.size());
        arguments.push_back(part.name);
        firsts.push_back(columns(x.operand(0), part.offset, part.size).text);
        nexts.push_back(next(part));
      }
      if (part.block == LoopBody::scanned_block && is_read(part)) {
        arguments.push_back(part.name);
        const Value all = x.operand(form.captured_size > 0 ? 2 : 1);
        const bool is_reversed = form.backward && !constant_at(all, part.offset, part.size);
        rows.push_back(reversed(columns(all, part.offset, part.size), is_reversed).text);
      }
    }
    std::vector<std::string> of_loop{tuple(firsts),
                                     tuple(arguments) + (latex_ ? " \\mapsto " : " -> ") + tuple(nexts)};
    std::ranges::copy(rows, std::back_inserter(of_loop));
    const char* name = form.history ? "scan" : rows.empty() ? "iterate" : "fold";
    const std::string steps = rows.empty() ? "<" + std::to_string(form.steps) + ">" : "";
    const Written all = reversed(called(name, steps, of_loop), form.backward && form.history);
    if (firsts.size() == 1 || count == form.state_size) return all;
    if (index.empty()) return sliced(all, form.history, first, first + count);
    return {all.text + (latex_ ? "_{" + index + "}" : "[" + index + "]"), atom};
  }
  Written reversed(const Written& x, bool is_reversed) const {
    return is_reversed ? called("reversed", "", {x.text}) : x;
  }
  std::string tuple(const std::vector<std::string>& parts) const {
    if (parts.size() == 1) return parts[0];
    std::string list;
    for (const std::string& part : parts) list += (list.empty() ? "" : ", ") + part;
    return bracketed(list);
  }
  static std::string fresh_name(const std::vector<std::string>& taken) {
    const auto is_free = [&](const std::string& name) {
      return std::ranges::find(taken, name) == taken.end();
    };
    for (const char letter : std::string_view("yzuvwstpqabcdefghk"))
      if (is_free(std::string(1, letter))) return std::string(1, letter);
    std::string name = "y1";
    for (std::size_t i = 2; !is_free(name); ++i) name = "y" + std::to_string(i);
    return name;
  }

  static bool is_word(const std::string& text) { return text.find_first_of(" (-/") == text.npos; }
  static std::string escaped(const std::string& name) {
    std::string result;
    for (char c : name) result += c == '_' ? "\\_" : std::string(1, c);
    return result;
  }

  bool latex_;
  std::vector<LoopPart> inputs_;
  std::vector<std::string> taken_;
  std::size_t captured_ = 0;
};

}  // namespace ctnn::detail
