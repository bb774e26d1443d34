#include <catch2/catch.hpp>
#include <ctnn/formula.hpp>
#include <ctnn/inspect/formula_text.hpp>

namespace {

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"x2"> x2;
constexpr ctnn::Variable<"y"> y;

TEST_CASE("a formula is written as a person would") {
  constexpr auto f = log(x1) + x1 * x2 - sin(x2);
  CHECK(ctnn::to_string(f) == "log(x1) + x1 * x2 - sin(x2)");
  CHECK(ctnn::to_string(ctnn::derivative(f, x1)) == "1 / x1 + x2");
  CHECK(ctnn::to_string(ctnn::derivative(f, x2)) == "x1 - cos(x2)");
  CHECK(ctnn::to_string((x1 + x2) * y) == "(x1 + x2) * y");
  CHECK(ctnn::to_string(x1 - (x2 - y)) == "x1 - (x2 - y)");
  CHECK(ctnn::to_string(x1 / (x2 * y)) == "x1 / (x2 * y)");
  CHECK(ctnn::to_string(x1 / x2 / y) == "x1 / x2 / y");
  CHECK(ctnn::to_string(square(x1) + 2 * x2) == "x1^2 + 2 * x2");
  CHECK(ctnn::to_string(square(x1 + x2)) == "(x1 + x2)^2");
  CHECK(ctnn::to_string(-(x1 + x2)) == "-(x1 + x2)");
  CHECK(ctnn::to_string(pow(x1, x2 + 1)) == "x1^(x2 + 1)");
  CHECK(ctnn::to_string(select(x1 <= x2, x1, -x2)) == "select(x1 <= x2, x1, -x2)");
}

TEST_CASE("a formula is simplified before it is written") {
  CHECK(ctnn::to_string(x1 * 1 + 0) == "x1");
  CHECK(ctnn::to_string(exp(x1) * 0) == "0");
  CHECK(ctnn::to_string(ctnn::derivative(2 * x1 + 3, x1)) == "2");
  CHECK(ctnn::to_string(ctnn::derivative(x2, x1)) == "0");
}

TEST_CASE("a formula is written for LaTeX") {
  CHECK(ctnn::to_latex(exp(x1) / (x1 + 1)) == "\\frac{e^{x1}}{x1 + 1}");
  CHECK(ctnn::to_latex(sqrt(x1) * (x2 + y)) == "\\sqrt{x1} \\, \\left(x2 + y\\right)");
  CHECK(ctnn::to_latex(sin(x1)) == "\\operatorname{sin}\\left(x1\\right)");
}

}  // namespace
