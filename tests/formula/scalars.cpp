#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/formula.hpp>
#include <limits>

namespace {

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"x2"> x2;
constexpr ctnn::Variable<"x3"> x3;
constexpr ctnn::Variable<"x4"> x4;
constexpr ctnn::Variable<"x5"> x5;
constexpr ctnn::Variable<"w3"> w3;
constexpr ctnn::Variable<"w4"> w4;

constexpr bool near(double value, double expected, double tolerance) {
  return (value < expected ? expected - value : value - expected) <= tolerance;
}

}  // namespace

// Baydin, Pearlmutter, Radul, Siskind, "Automatic differentiation in machine learning: a survey" (2018),
// figure 4 and tables 2 and 3.
namespace survey {

constexpr auto f = log(x1) + x1 * x2 - sin(x2);

static_assert(near(f(x1 = 2.0, x2 = 5.0), 11.652, 1e-3));
static_assert(ctnn::derivative(f, x1)(x1 = 2.0, x2 = 5.0) == 5.5);

constexpr auto forward = ctnn::jvp(f)(ctnn::at(x1 = 2.0, x2 = 5.0), ctnn::along(x1 = 1.0));
static_assert(near(forward.value, 11.652, 1e-3) && forward.tangent == 5.5);

constexpr auto reverse = ctnn::value_and_gradient(f)(x1 = 2.0, x2 = 5.0);
static_assert(near(reverse.value, 11.652, 1e-3) && reverse.gradient[x1] == 5.5);
static_assert(near(reverse.gradient[x2], 1.716, 1e-3));

TEST_CASE("a formula gives at run time what it gives while compiling") {
  double at1 = 2, at2 = 5;
  CHECK(f(x1 = at1, x2 = at2) == Approx(f(x1 = 2.0, x2 = 5.0)).epsilon(1e-15));
  const auto [value, gradient] = ctnn::value_and_gradient(f)(x2 = at2, x1 = at1);
  CHECK(value == Approx(reverse.value).epsilon(1e-15));
  CHECK(gradient[x1] == 5.5);
  CHECK(gradient[x2] == Approx(reverse.gradient[x2]).epsilon(1e-15));
}

}  // namespace survey

namespace lecture {

constexpr auto f = x1 - sigmoid(w3 * x3 + w4 * x4);
constexpr auto two_paths = (x3 + x5) - sigmoid(w3 * x3 + w4 * x4);

TEST_CASE("the derivative by a variable on two paths is the sum over both") {
  const auto at = [](auto function) { return function(w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4); };
  const double s = at(sigmoid(w3 * x3 + w4 * x4)), slope = s * (1 - s);
  const auto single = ctnn::gradient(f)(x1 = 2.0, w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4);
  CHECK(single[x1] == 1);
  CHECK(single[x3] == Approx(-slope * 0.3).epsilon(1e-14));
  CHECK(single[w3] == Approx(-slope * 0.7).epsilon(1e-14));
  const auto both = ctnn::gradient(two_paths)(x5 = 2.0, w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4);
  CHECK(both[x3] == Approx(-slope * 0.3 + 1).epsilon(1e-14));
  CHECK(both[x5] == 1);
}

TEST_CASE("the numerical gradient is the analytic one") {
  constexpr double h = 1e-4;
  const auto value = [](double at) { return f(x1 = 2.0, w3 = 0.3, x3 = at, w4 = -1.1, x4 = 0.4); };
  const double numerical = (value(0.7 + h) - value(0.7 - h)) / (2 * h);
  const double analytic = ctnn::derivative(f, x3)(x1 = 2.0, w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4);
  CHECK(std::abs(numerical - analytic) < 1e-8);
}

}  // namespace lecture

namespace {

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
