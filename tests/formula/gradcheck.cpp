#include <catch2/catch.hpp>
#include <ctnn/formula/gradcheck.hpp>
#include <ctnn/formula_tensors.hpp>

// Global, as a program's may be: that headers use such names is no reason to warn.
constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;

namespace {

constexpr ctnn::Tensor<double, 3, 4> matrix{.1, .2, .3, -.4, .5, .6, -.7, .8, .9, -1, .11, .12};
constexpr ctnn::Tensor<double, 4> vector{1, -1, 2, -2};

TEST_CASE("a formula's derivatives are those of its differences") {
  const auto f = exp(x * y) * sin(y) / (1 + square(x)) + 0.5 * x;
  const auto first = ctnn::gradcheck(f, ctnn::at(x = 0.3, y = -0.7));
  CHECK(first);
  CHECK(first.checked == 2);
  CHECK(ctnn::gradgradcheck(f, ctnn::at(x = 0.3, y = -0.7)));

  const auto g = sum(tanh(matrix_product(W, v) * x));
  CHECK(ctnn::gradcheck(g, ctnn::at(W = matrix, v = vector, x = 0.3)).checked == 17);
  CHECK(ctnn::gradcheck(g, ctnn::at(W = matrix, v = vector, x = 0.3)));
  CHECK(ctnn::gradgradcheck(g, ctnn::at(W = matrix, v = vector, x = 0.3)));
  const auto few = ctnn::gradcheck(g, ctnn::at(W = matrix, v = vector, x = 0.3), {.num_checks = 5});
  CHECK(few);
  CHECK(few.checked == 5);
}

TEST_CASE("a check says where a derivative is not the differences'") {
  // At a kink, the derivative is 0 by convention, and half the step up by differences.
  const auto kink = ctnn::gradcheck(y * y + relu(x), ctnn::at(x = 0.0, y = 1.0));
  CHECK_FALSE(kink);
  CHECK(kink.variable == "x");
  CHECK(kink.analytic == 0);
  CHECK(kink.numerical == Approx(0.5));
  CHECK(kink.worst > 100);
  CHECK_FALSE(ctnn::gradcheck(log(x), ctnn::at(x = -1.0)));
}

}  // namespace
