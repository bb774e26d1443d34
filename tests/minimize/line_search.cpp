#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/minimize.hpp>

using ctnn::WolfeConditions, ctnn::minimization::LinePoint, ctnn::minimization::dot;

namespace {

bool is_strong_wolfe(const LinePoint& start, const LinePoint& p, const WolfeConditions& conditions) {
  return p.step > 0 && p.value <= start.value + conditions.decrease * p.step * start.slope &&
         std::abs(p.slope) <= conditions.curvature * std::abs(start.slope);
}

/// Searches from step 0, with first steps of many sizes. `function(step)` gives value and slope.
void check(const auto& function, const WolfeConditions& conditions) {
  const LinePoint start = function(0.0);
  for (double first : {1e-3, 1e-1, 1.0, 1e1, 1e3}) {
    LinePoint last;
    std::size_t evaluations = 0;
    const auto found = ctnn::minimization::strong_wolfe(
        [&](double step) {
          ++evaluations;
          return last = function(step);
        },
        start, first, conditions);
    INFO("first step " << first << ", found " << found.step << " after " << evaluations);
    CHECK(is_strong_wolfe(start, found, conditions));
    CHECK(found.step == last.step);
    CHECK(evaluations <= 20);
  }
}

// Moré and Thuente's test functions (Line search algorithms with guaranteed sufficient decrease, 1994), with
// the tolerances of their tables.
LinePoint first_function(double a) {
  constexpr double beta = 2;
  return {a, -a / (a * a + beta), (a * a - beta) / std::pow(a * a + beta, 2)};
}
LinePoint second_function(double a) {
  constexpr double beta = 0.004;
  return {a, std::pow(a + beta, 5) - 2 * std::pow(a + beta, 4),
          5 * std::pow(a + beta, 4) - 8 * std::pow(a + beta, 3)};
}
template <int B1, int B2>
LinePoint yanai_function(double a) {
  constexpr double b1 = B1 * 1e-3, b2 = B2 * 1e-3;
  const double g1 = std::sqrt(1 + b1 * b1) - b1, g2 = std::sqrt(1 + b2 * b2) - b2;
  const double left = std::sqrt((1 - a) * (1 - a) + b2 * b2), right = std::sqrt(a * a + b1 * b1);
  return {a, g1 * left + g2 * right, g1 * (a - 1) / left + g2 * a / right};
}

/// A function of two numbers that is not finite past a wall.
LinePoint walled(double a) {
  return {a, -a - std::log(1 - a / 8), -1 + 1 / (8 - a)};
}

struct Rosenbrock {
  static constexpr std::size_t dimension() { return 2; }
  static double value_and_gradient(std::span<const double> x, std::span<double> g) {
    const double a = 1 - x[0], b = x[1] - x[0] * x[0];
    g[0] = -2 * a - 400 * x[0] * b;
    g[1] = 200 * b;
    return a * a + 100 * b * b;
  }
};

/// Every step of a method: the point after k steps is where k iterations end.
void check_steps(const auto& method) {
  std::vector<double> x{-1.2, 1}, g(2), next_g(2);
  std::size_t steps = 0;
  for (std::size_t k = 1; k < 15; ++k, ++steps) {
    const auto next = ctnn::minimize(Rosenbrock{}, {-1.2, 1}, method, {.iterations = k});
    const double value = Rosenbrock::value_and_gradient(x, g);
    const double next_value = Rosenbrock::value_and_gradient(next.point, next_g);
    const std::vector<double> change{next.point[0] - x[0], next.point[1] - x[1]};
    CHECK(is_strong_wolfe({0, value, dot(change, g)}, {1, next_value, dot(change, next_g)}, method.wolfe));
    CHECK(next.value == next_value);
    x = next.point;
  }
}

}  // namespace

TEST_CASE("a line search ends where the strong Wolfe conditions hold", "[minimize]") {
  check(first_function, {.decrease = 0.001, .curvature = 0.1});
  check(second_function, {.decrease = 0.1, .curvature = 0.1});
  check(yanai_function<1, 1>, {.decrease = 0.001, .curvature = 0.001});
  check(yanai_function<10, 1>, {.decrease = 0.001, .curvature = 0.001});
  check(yanai_function<1, 10>, {.decrease = 0.001, .curvature = 0.001});
  check(walled, {});
  check(walled, {.curvature = 0.01});
}

TEST_CASE("every step of a method fulfils its Wolfe conditions", "[minimize]") {
  check_steps(ctnn::BFGS{});
  check_steps(ctnn::BFGS{.wolfe = {.decrease = 0.01, .curvature = 0.2}});
  check_steps(ctnn::LBFGS<3>{});
  check_steps(ctnn::PolakRibiere{});
  check_steps(ctnn::FletcherReeves{});
}

TEST_CASE("a line search that finds nothing lower says so", "[minimize]") {
  const auto wrong = [](double step) { return LinePoint{step, step, -1}; };
  CHECK(ctnn::minimization::strong_wolfe(wrong, {0, 0, -1}, 1, {}).step == 0);
  const auto nowhere = [](double step) { return LinePoint{step, std::nan(""), -1}; };
  CHECK(ctnn::minimization::strong_wolfe(nowhere, {0, 0, -1}, 1, {}).step == 0);
}
