#include <catch2/catch.hpp>
#include <ctnn/core/random.hpp>
#include <ctnn/minimize.hpp>

using ctnn::MinimizeOptions, ctnn::Stopped;

namespace {

using Vector = std::vector<double>;

/// ½ xᵀ Q Λ Q x, with Q a reflection, and 100 eigenvalues Λ from 1 to 1e4 at equal distances.
class Quadratic {
 public:
  static constexpr std::size_t dimension() { return 100; }
  static double eigenvalue(std::size_t i) { return 1 + 9999 * static_cast<double>(i) / (dimension() - 1.0); }

  Quadratic() {
    ctnn::Random random(ctnn::Seed{1});
    for (double& x : axis_) x = random.normal<double>();
    for (double& x : start) x = random.normal<double>();
    const double length = ctnn::minimization::length(axis_);
    for (double& x : axis_) x /= length;
  }
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) const {
    Vector g = reflect(x);
    double value = 0;
    for (std::size_t i = 0; i < dimension(); ++i) {
      value += 0.5 * eigenvalue(i) * g[i] * g[i];
      g[i] *= eigenvalue(i);
    }
    std::ranges::copy(reflect(g), gradient.begin());
    return value;
  }
  void hessian(std::span<const double>, std::span<double> result) const {
    for (std::size_t k = 0; k < dimension(); ++k) {
      Vector column(dimension());
      column[k] = 1;
      column = reflect(column);
      for (std::size_t i = 0; i < dimension(); ++i) column[i] *= eigenvalue(i);
      std::ranges::copy(reflect(column), result.begin() + static_cast<std::ptrdiff_t>(k * dimension()));
    }
  }
  /// A millionth of the gradient at the start.
  MinimizeOptions options() const {
    Vector gradient(dimension());
    value_and_gradient(start, gradient);
    return {.gradient_tolerance = 1e-6 * ctnn::minimization::largest(gradient)};
  }

  Vector start = Vector(dimension());

 private:
  Vector reflect(std::span<const double> x) const {
    Vector result(x.begin(), x.end());
    ctnn::minimization::add_scaled(-2 * ctnn::minimization::dot(axis_, x), axis_, result);
    return result;
  }
  Vector axis_ = Vector(dimension());
};

/// One number, whose value and slope a lambda gives; its second derivative is 1.
template <class F>
struct Line {
  F function;
  static constexpr std::size_t dimension() { return 1; }
  double value_and_gradient(std::span<const double> x, std::span<double> gradient) const {
    const auto [value, slope] = function(x[0]);
    gradient[0] = slope;
    return value;
  }
  static void hessian(std::span<const double>, std::span<double> result) { result[0] = 1; }
};
template <class F>
Line<F> line(F function) {
  return {function};
}

}  // namespace

TEST_CASE("conjugate gradient minimises a quadratic of 100 variables in at most 100 steps, Newton in one",
          "[minimize]") {
  const Quadratic quadratic;
  const auto fletcher = minimize(quadratic, quadratic.start, ctnn::FletcherReeves{}, quadratic.options());
  CHECK(fletcher.stopped == Stopped::gradient_small);
  CHECK(fletcher.iterations <= 100);
  const auto polak = minimize(quadratic, quadratic.start, ctnn::PolakRibiere{}, quadratic.options());
  CHECK(polak.stopped == Stopped::gradient_small);
  CHECK(polak.iterations <= 100);

  const auto newton = minimize(quadratic, quadratic.start, ctnn::Newton{});
  CHECK(newton.stopped == Stopped::gradient_small);
  CHECK(newton.iterations == 1);
  CHECK(newton.evaluations.hessian == 1);
  CHECK(newton.evaluations.value == 2);
  CHECK(minimize(quadratic, quadratic.start, ctnn::SaddleFreeNewton{}, quadratic.options()).iterations == 1);

  CHECK(minimize(quadratic, quadratic.start, ctnn::BFGS{}, quadratic.options()));
  CHECK(minimize(quadratic, quadratic.start, ctnn::LBFGS<20>{}, quadratic.options()));
}

TEST_CASE("a start must have the objective's size", "[minimize]") {
  CHECK_THROWS_WITH(minimize(Quadratic(), {1, 2}, ctnn::BFGS{}),
                    "minimize: the start has 2 numbers, the objective 100");
  struct {
    static constexpr std::size_t dimension() { return 0; }
    static double value_and_gradient(std::span<const double>, std::span<double>) { return 0; }
  } nothing;
  CHECK_THROWS_WITH(minimize(nothing, {}, ctnn::BFGS{}),
                    "minimize: the start has 0 numbers, the objective 0");
}

TEST_CASE("a start that is not finite is left at once", "[minimize]") {
  const auto logarithm = line([](double x) { return std::pair(x - std::log(x), 1 - 1 / x); });
  const auto check = [&](const auto& method, double start) {
    const auto minimum = minimize(logarithm, {start}, method);
    CHECK(minimum.stopped == Stopped::value_not_finite);
    CHECK(to_string(minimum.stopped) == "the value is not finite");
    CHECK(minimum.iterations == 0);
    CHECK(minimum.evaluations.value == 1);
    CHECK_FALSE(minimum);
  };
  check(ctnn::BFGS{}, -1);
  check(ctnn::Newton{}, std::nan(""));
  check(ctnn::GradientDescent{}, 0);
}

TEST_CASE("steps past a wall, where the value is not finite, are shortened", "[minimize]") {
  const auto logarithm = line([](double x) { return std::pair(x - std::log(x), 1 - 1 / x); });
  // From 5, a step of -16 is the first that Newton's method with this Hessian would try.
  const auto steep = line([](double x) { return std::pair(20 * (x - std::log(x)), 20 * (1 - 1 / x)); });
  CHECK(minimize(logarithm, {5.0}, ctnn::BFGS{}).point[0] == Approx(1));
  CHECK(minimize(steep, {5.0}, ctnn::Newton{}).point[0] == Approx(1));
  CHECK(minimize(steep, {5.0}, ctnn::PolakRibiere{}).point[0] == Approx(1));
}

TEST_CASE("a gradient that is wrong, or a value without a minimum, ends in words", "[minimize]") {
  const auto wrong = line([](double x) { return std::pair(x * x, -2 * x); });
  const auto failed = minimize(wrong, {1.0}, ctnn::BFGS{});
  CHECK(failed.stopped == Stopped::line_search_failed);
  CHECK(to_string(failed.stopped) == "the line search failed");
  CHECK(failed.point[0] == 1);

  const auto flat = minimize(line([](double) { return std::pair(1.0, 0.0); }), {1.0}, ctnn::BFGS{});
  CHECK(flat.stopped == Stopped::gradient_small);
  CHECK(flat.iterations == 0);

  const auto endless = minimize(line([](double x) { return std::pair(-x, -1.0); }), {0.0}, ctnn::LBFGS<>{});
  CHECK(endless.stopped == Stopped::line_search_failed);
  CHECK(endless.point[0] > 1e6);
}

TEST_CASE("a step that moves nothing ends a minimisation", "[minimize]") {
  const auto bowl = line([](double x) { return std::pair(x * x / 2, x); });
  const auto slow = minimize(bowl, {1.0}, ctnn::GradientDescent{1e-9}, {.step_tolerance = 1e-8});
  CHECK(slow.stopped == Stopped::step_small);
  CHECK(slow.iterations == 1);
  CHECK(slow);
  CHECK(minimize(bowl, {1.0}, ctnn::BFGS{}, {.iterations = 0}).stopped == Stopped::iterations_used_up);
}
