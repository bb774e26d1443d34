#include <catch2/catch.hpp>
#include <ctnn/formula_tensors.hpp>
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

TEST_CASE("what is written means what is computed") {
  CHECK(ctnn::to_string(x1 * (x2 / y)) == "x1 * (x2 / y)");
  CHECK(ctnn::to_string(x1 + -2.0 * x2) == "x1 - 2 * x2");
  CHECK(ctnn::to_string(x1 - -3.0) == "x1 + 3");
  CHECK(ctnn::to_string(x1 + x1) == "2 * x1");
  CHECK(ctnn::to_string(max(x1, -2.5)) == "max(x1, -2.5)");
  CHECK(ctnn::to_string(ctnn::derivative(square(x1 / x2), x1)) == "2 * x1 / x2 * (1 / x2)");
}

TEST_CASE("tensors are written with their axes") {
  constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
  constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
  CHECK(ctnn::to_string(sum(W)) == "sum(W)");
  CHECK(ctnn::to_string(sum<0>(W)) == "sum<0>(W)");
  CHECK(ctnn::to_string(max<1>(W)) == "max<1>(W)");
  CHECK(ctnn::to_string(slice<0, 1, 3>(v)) == "slice<0, 1, 3>(v)");
  CHECK(ctnn::to_string(matrix_product(W, v)) == "matrix_product(v, transpose(W))");
  CHECK(ctnn::to_string(reshape<2, 6>(W)) == "reshape<2, 6>(W)");
  CHECK(ctnn::to_latex(sum<0>(W)) == "\\operatorname{sum}_{0}\\left(W\\right)");
}

TEST_CASE("a formula is written for LaTeX") {
  CHECK(ctnn::to_latex(exp(x1) / (x1 + 1)) == "\\frac{e^{x1}}{x1 + 1}");
  CHECK(ctnn::to_latex(sqrt(x1) * (x2 + y)) == "\\sqrt{x1} \\, \\left(x2 + y\\right)");
  CHECK(ctnn::to_latex(sin(x1)) == "\\sin\\left(x1\\right)");
  CHECK(ctnn::to_latex(square(x1 / x2)) == "\\left(\\frac{x1}{x2}\\right)^{2}");
  CHECK(ctnn::to_latex(log(x1) * 1e-20) == "10^{-20} \\, \\ln\\left(x1\\right)");
  CHECK(ctnn::to_latex(abs(x1) + 2.5e30) == "\\left|x1\\right| + 2.5 \\cdot 10^{30}");
  CHECK(ctnn::to_latex(x1 * 2 * 3) == "3 \\cdot 2 \\, x1");
  constexpr ctnn::Variable<"learning_rate"> learning_rate;
  CHECK(ctnn::to_latex(ctnn::derivative(learning_rate * cos(x1), x1)) ==
        "-learning\\_rate \\, \\sin\\left(x1\\right)");
}

}  // namespace
