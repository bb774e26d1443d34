// The examples of lectures and textbooks, in both modes, with their published numbers.
#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/formula_tensors.hpp>

namespace {

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"x2"> x2;
constexpr ctnn::Variable<"x3"> x3;
constexpr ctnn::Variable<"x4"> x4;
constexpr ctnn::Variable<"x5"> x5;
constexpr ctnn::Variable<"w3"> w3;
constexpr ctnn::Variable<"w4"> w4;

constexpr auto forward = ctnn::DerivativeMode::forward, reverse = ctnn::DerivativeMode::reverse;

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

constexpr auto tangent = ctnn::jvp(f)(ctnn::at(x1 = 2.0, x2 = 5.0), ctnn::along(x1 = 1.0));
static_assert(near(tangent.value, 11.652, 1e-3) && tangent.tangent == 5.5);

constexpr auto adjoint = ctnn::value_and_gradient(f)(x1 = 2.0, x2 = 5.0);
static_assert(near(adjoint.value, 11.652, 1e-3) && adjoint.gradient[x1] == 5.5);
static_assert(near(adjoint.gradient[x2], 1.716, 1e-3));
static_assert(ctnn::vjp(f)(ctnn::at(x1 = 2.0, x2 = 5.0), 1)[x1] == 5.5);

constexpr auto rows = ctnn::jacobian<reverse>(f)(x1 = 2.0, x2 = 5.0);
constexpr auto columns = ctnn::jacobian<forward>(f)(x1 = 2.0, x2 = 5.0);
static_assert(ctnn::jacobian(f).mode == reverse);
static_assert(rows[x1] == 5.5 && columns[x1] == 5.5 && near(rows[x2], columns[x2], 1e-15));

constexpr auto second = ctnn::hessian(f)(x1 = 2.0, x2 = 5.0);
static_assert(second(x1, x1) == -0.25 && second(x1, x2) == 1);
static_assert(near(second(x2, x2), -0.958924274663138, 1e-15));  // sin 5

TEST_CASE("a formula gives at run time what it gives while compiling") {
  double at1 = 2, at2 = 5;
  CHECK(f(x1 = at1, x2 = at2) == Approx(f(x1 = 2.0, x2 = 5.0)).epsilon(1e-15));
  const auto [value, gradient] = ctnn::value_and_gradient(f)(x2 = at2, x1 = at1);
  CHECK(value == Approx(adjoint.value).epsilon(1e-15));
  CHECK(gradient[x1] == 5.5);
  CHECK(gradient[x2] == Approx(adjoint.gradient[x2]).epsilon(1e-15));
}

}  // namespace survey

namespace lecture {

// One path leads to x3, and in the second graph two: their derivatives add up.
constexpr auto s = sigmoid(w3 * x3 + w4 * x4);
constexpr auto f = x1 - s;
constexpr auto two_paths = (x3 + x5) - s;

constexpr double inner = 1 / (1 + 1.2586000099294778);  // sigmoid(0.3 · 0.7 - 1.1 · 0.4), 1 / (1 + e^0.23)
static_assert(near(s(w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4), inner, 1e-15));
constexpr double at_point = s(w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4), slope = at_point * (1 - at_point);

constexpr auto single = ctnn::gradient(f)(x1 = 2.0, w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4);
static_assert(single[x1] == 1 && near(single[x3], -slope * 0.3, 1e-16));
static_assert(near(single[w3], -slope * 0.7, 1e-16) && near(single[w4], -slope * 0.4, 1e-16));

constexpr auto both = ctnn::gradient(two_paths)(x5 = 2.0, w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4);
static_assert(near(both[x3], -slope * 0.3 + 1, 1e-15) && both[x5] == 1);

constexpr auto moved =
    ctnn::jvp(two_paths)(ctnn::at(x5 = 2.0, w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4), ctnn::along(x3 = 1.0));
static_assert(near(moved.tangent, -slope * 0.3 + 1, 1e-15));

// Where x5 is a function of x3, here 2 x3, there is a third path.
constexpr auto dependent = (x3 + 2 * x3) - s;
static_assert(near(ctnn::derivative(dependent, x3)(w3 = 0.3, x3 = 0.7, w4 = -1.1, x4 = 0.4), -slope * 0.3 + 3,
                   1e-15));

// The numerical gradient with h = 1e-4.
constexpr double h = 1e-4;
constexpr auto value = [](double at) { return f(x1 = 2.0, w3 = 0.3, x3 = at, w4 = -1.1, x4 = 0.4); };
static_assert(near((value(0.7 + h) - value(0.7 - h)) / (2 * h), single[x3], 1e-10));

}  // namespace lecture

// Two branches that meet: with a = w1ᵀx and b = w2ᵀx, d/dx (a e^b + b) = e^b w1 + (a e^b + 1) w2.
namespace branches {

constexpr ctnn::Variable<"x", ctnn::Shape<3>> x;
constexpr ctnn::Variable<"w1", ctnn::Shape<3>> w1;
constexpr ctnn::Variable<"w2", ctnn::Shape<3>> w2;
constexpr ctnn::Tensor<double, 3> point{1, 2, 3}, first{0.5, -1, 1}, second{1, 1, -1};

constexpr auto a = dot(w1, x);
constexpr auto b = dot(w2, x);
constexpr auto f = a * exp(b) + b;

// At this point a = 1.5 and b = 0.
constexpr ctnn::Tensor<double, 3> expected{3, 1.5, -1.5};
static_assert(f(w1 = first, x = point, w2 = second) == 1.5);
static_assert(ctnn::gradient(f)(w1 = first, x = point, w2 = second)[x] == expected);
static_assert(ctnn::jacobian<forward>(f)(w1 = first, x = point, w2 = second)[x] == expected);
static_assert(ctnn::jacobian<reverse>(f)(w1 = first, x = point, w2 = second)[x] == expected);
static_assert(ctnn::jvp(f)(ctnn::at(w1 = first, x = point, w2 = second), ctnn::along(x = point)).tangent ==
              3 + 2 * 1.5 - 3 * 1.5);

TEST_CASE("both modes differentiate a formula of two branches") {
  const ctnn::Tensor<double, 3> away{0.3, -0.7, 0.2}, direction{1, 2, 3};
  const auto at = ctnn::at(w1 = first, x = away, w2 = second);
  double in_a = 0, in_b = 0, along = 0;
  for (std::size_t i = 0; i < 3; ++i) in_a += first[i] * away[i], in_b += second[i] * away[i];
  const auto by_x = ctnn::vjp(f)(at, 1)[x];
  for (std::size_t i = 0; i < 3; ++i) {
    const double slope = std::exp(in_b) * first[i] + (in_a * std::exp(in_b) + 1) * second[i];
    CHECK(by_x[i] == Approx(slope).epsilon(1e-13));
    along += slope * direction[i];
  }
  CHECK(ctnn::jvp(f)(at, ctnn::along(x = direction)).tangent == Approx(along).epsilon(1e-13));
}

}  // namespace branches
