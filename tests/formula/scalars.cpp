#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/formula.hpp>
#include <limits>

namespace {

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"x2"> x2;
constexpr ctnn::Variable<"x3"> x3;

constexpr bool near(double value, double expected, double tolerance) {
  return (value < expected ? expected - value : value - expected) <= tolerance;
}

static_assert((ctnn::literal<2> * x1 + ctnn::literal<0>)(x1 = 3.0) == 6);
// Folded, and equal formulas are one: x1, 0.5, their product, its exponential and the square of that.
template <class F>
constexpr std::size_t nodes_of(F) {
  return ctnn::formula::Routine<ctnn::formula::Evaluate<F>>::graph.nodes.size();
}
constexpr auto half = ctnn::literal<0.5> * x1 + ctnn::literal<0>;
static_assert(nodes_of(ctnn::literal<1> * x1) == 1);
static_assert(nodes_of(exp(half) * exp(half)) == 5);

// Comparisons are put together as numbers are.
constexpr auto inside = select(x1 > 0 && x1 < 1 && x1 != 0.5, x2, -x2);
static_assert(inside(x1 = 0.25, x2 = 3.0) == 3 && inside(x1 = 0.5, x2 = 3.0) == -3 &&
              inside(x1 = 2.0, x2 = 3.0) == -3);
static_assert(select(x1 < 0 || !(x1 < 1), 1, 0)(x1 = -1.0) == 1 &&
              select(x1 < 0 || !(x1 < 1), 1, 0)(x1 = 0.5) == 0);
static_assert(sum(x1)(x1 = 2.0) == 2 && mean(x1)(x1 = 2.0) == 2 && max(x1)(x1 = 2.0) == 2 &&
              prod(x1)(x1 = 2.0) == 2);

// Derivatives of derivatives, of any order.
constexpr auto fourth =
    ctnn::derivative(ctnn::derivative(ctnn::derivative(ctnn::derivative(exp(2 * x1), x1), x1), x1), x1);
static_assert(near(fourth(x1 = 0.5), 16 * 2.718281828459045, 1e-13));
static_assert(ctnn::derivative(ctnn::derivative(pow<3>(x1) * x2, x1), x2)(x1 = 3.0, x2 = 7.0) == 27);
static_assert(ctnn::derivative(pow(x1, 2), x2)(x1 = 3.0) == 0);

// Comparisons choose, and numbers stand on either side.
constexpr auto leaky = select(x1 < 0, 0.1 * x1, x1);
static_assert(leaky(x1 = -2.0) == -0.2 && leaky(x1 = 3.0) == 3);
static_assert(ctnn::derivative(leaky, x1)(x1 = -2.0) == 0.1 && ctnn::derivative(leaky, x1)(x1 = 3.0) == 1);
static_assert(clamp(x1, -1, 1)(x1 = 4.0) == 1 && max(x1, x2)(x1 = 4.0, x2 = 5.0) == 5 &&
              (-x1)(x1 = 4.0) == -4);
static_assert((x1 >= 2)(x1 = 2.0) == 1 && (x1 > 2)(x1 = 2.0) == 0);

// A float in, a float out; a number of any other kind makes a double.
static_assert(std::is_same_v<decltype(leaky(x1 = 1.0f)), float>);
static_assert(std::is_same_v<decltype(leaky(x1 = 1)), double>);
static_assert(std::is_same_v<decltype((x1 + x2)(x1 = 1.0f, x2 = 1.0)), double>);

constexpr auto rosenbrock = square(1 - x1) + 100 * square(x2 - x1 * x1);

TEST_CASE("a Hessian times a vector is the derivative of the gradient") {
  // H = [1200 x1^2 - 400 x2 + 2, -400 x1; -400 x1, 200]
  const auto product = ctnn::hvp(rosenbrock)(ctnn::at(x1 = 1.5, x2 = -0.5), ctnn::along(x1 = 2.0, x2 = 3.0));
  CHECK(product[x1] == Approx(2 * (1200 * 2.25 + 200 + 2) - 3 * 600).epsilon(1e-14));
  CHECK(product[x2] == Approx(-2 * 600 + 3 * 200).epsilon(1e-14));
}

constexpr auto second = ctnn::hessian(rosenbrock)(x1 = 1.5, x2 = -0.5);
static_assert(second(x1, x1) == 2902 && second(x1, x2) == -600 && second(x2, x1) == -600 &&
              second(x2, x2) == 200);
constexpr auto separate = ctnn::hessian(exp(x1) + square(x2) * x3)(x1 = 0.0, x2 = 2.0, x3 = 3.0);
static_assert(separate(x1, x1) == 1 && separate(x1, x2) == 0 && separate(x2, x2) == 6 &&
              separate(x2, x3) == 4 && separate(x3, x3) == 0);

TEST_CASE("edges are those of the functions") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(log(x1)(x1 = 0.0) == -infinity);
  CHECK(std::isnan(log(x1)(x1 = -1.0)));
  CHECK(softplus(x1)(x1 = 89.0) == Approx(89));
  CHECK(sigmoid(x1)(x1 = -100.0) == Approx(3.720075976020836e-44));
  CHECK(ctnn::derivative(relu(x1), x1)(x1 = 0.0) == 0);
  CHECK(std::isnan(ctnn::derivative(sin(x1), x1)(x1 = infinity)));
}

template <int Depth>
constexpr auto nested(auto y) {
  if constexpr (Depth == 0)
    return y;
  else
    return nested<Depth - 1>(y * y + sin(y));
}

TEST_CASE("a subexpression that stands two to the thirty times is computed once") {
  double y = -0.25, slope = 1;
  for (int i = 0; i < 30; ++i) {
    slope *= 2 * y + std::cos(y);
    y = y * y + std::sin(y);
  }
  const auto [value, gradient] = ctnn::value_and_gradient(nested<30>(x1))(x1 = -0.25);
  CHECK(value == Approx(y).epsilon(1e-13));
  CHECK(gradient[x1] == Approx(slope).epsilon(1e-13));
}

}  // namespace
