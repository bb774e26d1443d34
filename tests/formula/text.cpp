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
  CHECK(ctnn::to_string(x1 + (-x2 - y)) == "x1 - x2 - y");
  CHECK(ctnn::to_string(y / (-2 * x1)) == "y / (-2 * x1)");
  CHECK(ctnn::to_string(pow(-x1, y)) == "(-x1)^y");
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
  CHECK(ctnn::to_string(matrix_product(W, v)) == "matrix_product(W, v)");
  CHECK(ctnn::to_string(reshape<2, 6>(W)) == "reshape<2, 6>(W)");
  CHECK(ctnn::to_latex(sum<0>(W)) == "\\operatorname{sum}_{0}\\left(W\\right)");
}

TEST_CASE("functions that are made of others are written as one") {
  constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
  constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
  constexpr ctnn::Variable<"k", ctnn::Shape<3>> k;
  CHECK(ctnn::to_string(softmax(v)) == "softmax(v)");
  CHECK(ctnn::to_string(2 * softmax<1>(W)) == "2 * softmax<1>(W)");
  CHECK(ctnn::to_string(log_sum_exp(v + 1) - x1) == "log_sum_exp(v + 1) - x1");
  CHECK(ctnn::to_string(ctnn::derivative(log_sum_exp(v), v)) == "softmax(v)");
  CHECK(ctnn::to_string(exp(v) / sum(exp(v))) == "exp(v) / sum(exp(v))");
  CHECK(ctnn::to_string(pow(min(v), y)) == "min(v)^y");
  CHECK(ctnn::to_string(min<0>(W)) == "min<0>(W)");
  using enum ctnn::ConvolutionMode;
  CHECK(ctnn::to_string(convolve(v, k)) == "convolve(v, k)");
  CHECK(ctnn::to_string(convolve<same>(v, k)) == "convolve(v, k, same)");
  CHECK(ctnn::to_string(convolve<same>(v, v)) == "convolve(v, v, same)");
  CHECK(ctnn::to_string(convolve<valid>(k, v)) == "convolve(v, k, valid)");
  CHECK(ctnn::to_latex(convolve<valid>(v, k)) ==
        "\\operatorname{convolve}\\left(v, k, \\mathrm{valid}\\right)");
}

constexpr auto grow = [](auto state) { return x2 * state * (1 - state); };
constexpr auto logistic = iterate<3>(x1, grow);

TEST_CASE("a loop is written with its step") {
  CHECK(ctnn::to_string(logistic) == "iterate<3>(x1, y -> x2 * y * (1 - y))");
  const auto swing = iterate<50>(std::tuple(x1, 0 * x1), [](auto place, auto speed) {
    return std::tuple(place + x2 * speed, speed - x2 * 2.5 * sin(place));
  });
  CHECK(ctnn::to_string(std::get<1>(swing) + 1) ==
        "iterate<50>((x1, 0), (y, z) -> (y + x2 * z, z - 2.5 * x2 * sin(y)))[1] + 1");
  CHECK(ctnn::to_string(iterate<3>(x1, [](auto outer) {
          return sin(iterate<2>(outer, [=](auto inner) { return inner * inner - outer; }));
        })) == "iterate<3>(x1, y -> sin(iterate<2>(y, z -> z^2 - y)))");
  CHECK(ctnn::to_string(iterate<2>(x1, [](auto state) { return state * y; })) ==
        "iterate<2>(x1, z -> y * z)");
}

TEST_CASE("a loop along an axis is written with what it reads") {
  constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
  constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
  constexpr ctnn::Variable<"k", ctnn::Shape<3>> k;
  constexpr auto add = [](auto total, auto element) { return sin(x1 * total) + element; };
  CHECK(ctnn::to_string(fold(0, add, v)) == "fold(0, (y, z) -> sin(x1 * y) + z, v)");
  CHECK(ctnn::to_string(scan(0, add, v)) == "scan(0, (y, z) -> sin(x1 * y) + z, v)");
  CHECK(ctnn::to_string(fold<1>(k, add, W)) == "fold(k, (y, z) -> sin(x1 * y) + z, transpose(W))");
  CHECK(ctnn::to_string(scan<1>(k, add, W)) == "transpose(scan(k, (y, z) -> sin(x1 * y) + z, transpose(W)))");
  CHECK(ctnn::to_string(fold(
            0, [](auto total, auto a, auto b) { return b * total - sin(a); }, v, exp(v))) ==
        "fold(0, (y, z, u) -> y * u - sin(z), v, exp(v))");
  constexpr ctnn::Variable<"M", ctnn::Shape<2, 2>> M;
  CHECK(ctnn::to_string(iterate<3>(M, [M](auto state) { return exp(state) * M; })) ==
        "iterate<3>(M, y -> M * exp(y))");
}

TEST_CASE("a loop's derivatives are loops") {
  CHECK(ctnn::to_string(ctnn::derivative(logistic, x1)) ==
        "iterate<3>((x1, 1), (y, dy) -> (x2 * y * (1 - y), x2 * dy * (1 - y) - x2 * y * dy))[1]");
  CHECK(ctnn::to_string(ctnn::derivative(logistic, x2)) ==
        "iterate<3>((x1, 0), (y, dy) -> (x2 * y * (1 - y), (y + x2 * dy) * (1 - y) - x2 * y * dy))[1]");
  CHECK(ctnn::to_latex(ctnn::derivative(iterate<3>(x1, [](auto state) { return sin(state); }), x1)) ==
        "\\operatorname{iterate}_{3}\\left(\\left(x1, 1\\right), \\left(y, \\dot{y}\\right) \\mapsto "
        "\\left(\\sin\\left(y\\right), \\cos\\left(y\\right) \\, \\dot{y}\\right)\\right)_{1}");
  // In reverse, over the states before each step.
  constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
  constexpr auto add = [](auto total, auto element) { return sin(x1 * total) + element; };
  CHECK(ctnn::to_string(ctnn::derivative(fold(0, add, v), v)) ==
        "reversed(scan((1, 0, 0), (by_y, by_x1, by_z, y) -> (x1 * cos(x1 * y) * by_y, "
        "cos(x1 * y) * by_y * y + by_x1, by_y), reversed(concat<0>(0, "
        "slice<0, 0, 3>(scan(0, (y, z) -> sin(x1 * y) + z, v))))))[2]");
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
