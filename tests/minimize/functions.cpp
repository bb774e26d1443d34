#include <catch2/catch.hpp>
#include <ctnn/formula_tensors.hpp>
#include <ctnn/minimize.hpp>

using ctnn::at, ctnn::Minimization, ctnn::MinimizeOptions, ctnn::Stopped;

namespace {

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
constexpr ctnn::Variable<"z"> z;
constexpr ctnn::Variable<"w"> w;
constexpr auto rosenbrock = square(1 - x) + 100 * square(y - square(x));
constexpr auto himmelblau = square(square(x) + y - 11) + square(x + square(y) - 7);
constexpr auto beale =
    square(1.5 - x + x * y) + square(2.25 - x + x * square(y)) + square(2.625 - x + x * pow<3>(y));
// Singular at its minimum: the Hessian is 0 along two directions.
constexpr auto powell = square(x + 10 * y) + 5 * square(z - w) + pow<4>(y - 2 * z) + 10 * pow<4>(x - w);
constexpr auto saddle = square(x) - square(y) + pow<4>(y);

void check_rosenbrock(const auto& method) {
  const auto minimum = minimize(rosenbrock, at(x = -1.2, y = 1.0), method);
  CHECK(minimum.stopped == Stopped::gradient_small);
  CHECK(minimum.gradient_norm <= 1e-8);
  CHECK(minimum.value < 1e-15);
  CHECK(minimum.point[x] == Approx(1).epsilon(1e-7));
  CHECK(minimum.point[y] == Approx(1).epsilon(1e-7));
  CHECK(minimum.evaluations.value == minimum.evaluations.gradient);
  CHECK(minimum.evaluations.value > minimum.iterations);
}
void check_beale(const auto& method, double start_x, double start_y) {
  const auto minimum = minimize(beale, at(x = start_x, y = start_y), method);
  CHECK(minimum.stopped == Stopped::gradient_small);
  CHECK(minimum.point[x] == Approx(3).epsilon(1e-7));
  CHECK(minimum.point[y] == Approx(0.5).epsilon(1e-7));
}
/// All four minima are 0; these are their places to 6 decimals.
void check_himmelblau(const auto& method, double start_x, double start_y) {
  const auto minimum = minimize(himmelblau, at(x = start_x, y = start_y), method);
  CHECK(minimum.stopped == Stopped::gradient_small);
  CHECK(minimum.value < 1e-15);
  constexpr double minima[][2]{{3, 2}, {-2.805118, 3.131313}, {-3.779310, -3.283186}, {3.584428, -1.848127}};
  std::size_t found = 0;
  for (const auto& [mx, my] : minima)
    found += std::abs(minimum.point[x] - mx) < 1e-6 && std::abs(minimum.point[y] - my) < 1e-6;
  CHECK(found == 1);
}
void check_powell(const auto& method) {
  const auto minimum =
      minimize(powell, at(x = 3.0, y = -1.0, z = 0.0, w = 1.0), method, {.iterations = 1000});
  CHECK(minimum.stopped == Stopped::gradient_small);
  CHECK(minimum.value < 1e-10);
  CHECK(std::abs(minimum.point[x]) < 5e-3);
  CHECK(minimum.point[y] == Approx(-minimum.point[x] / 10).epsilon(1e-3));
}
void check_all(const auto& method) {
  check_rosenbrock(method);
  check_beale(method, 1, 1);
  check_himmelblau(method, 0, 0);
  check_himmelblau(method, -4, -4);
  check_powell(method);
}

}  // namespace

TEST_CASE("methods of the gradient find the minima of the classic functions", "[minimize]") {
  check_all(ctnn::FletcherReeves{});
  check_all(ctnn::PolakRibiere{});
  check_all(ctnn::BFGS{});
  check_all(ctnn::LBFGS<>{});
  check_all(ctnn::LBFGS<1>{});
}

TEST_CASE("saddle-free Newton finds them from anywhere, Newton where the function is convex", "[minimize]") {
  check_all(ctnn::SaddleFreeNewton{});
  check_rosenbrock(ctnn::Newton{});
  check_beale(ctnn::Newton{}, 3.1, 0.55);
  check_himmelblau(ctnn::Newton{}, -4, -4);
  check_powell(ctnn::Newton{});
}

TEST_CASE("saddle-free Newton leaves a saddle where Newton stops", "[minimize]") {
  const auto newton = minimize(saddle, at(x = 1.0, y = 1e-3), ctnn::Newton{});
  CHECK(newton.stopped == Stopped::gradient_small);
  CHECK(std::abs(newton.value) < 1e-12);
  const auto newton_too = minimize(saddle, at(x = 1e-3, y = 0.1), ctnn::Newton{});
  CHECK(newton_too.stopped == Stopped::direction_ascends);
  CHECK(to_string(newton_too.stopped) == "the direction ascends");
  CHECK(newton_too.iterations == 0);
  CHECK(newton_too.evaluations.hessian == 1);
  CHECK_FALSE(newton_too);

  const auto free = minimize(saddle, at(x = 1.0, y = 1e-3), ctnn::SaddleFreeNewton{});
  CHECK(free.stopped == Stopped::gradient_small);
  CHECK(free.value == Approx(-0.25));
  CHECK(std::abs(free.point[y]) == Approx(std::sqrt(0.5)));
}

TEST_CASE("the Hessian is by the variables that move, in the order in which they are bound", "[minimize]") {
  const auto f = square(x) + 5 * x * y + 10 * pow<4>(y) + z * exp(y);
  // Second derivatives: by x x 2, by x y 5, by y y 120 y² + z e^y, by y z e^y, others 0.
  const double e = std::exp(0.5), by_y_y = 30 + 3 * e;
  const auto check = [&]<class... G>(auto variables, const ctnn::formula::Given<G...>& given,
                                     const std::vector<double>& at, const std::vector<double>& expected) {
    ctnn::formula::FormulaObjective<std::remove_cvref_t<decltype(f)>, decltype(variables), G...> objective(
        f, given);
    std::vector<double> hessian(at.size() * at.size());
    objective.hessian(at, hessian);
    for (std::size_t i = 0; i < hessian.size(); ++i) CHECK(hessian[i] == Approx(expected[i]));
  };
  using boost::mp11::mp_list, std::remove_cvref_t;
  using X = remove_cvref_t<decltype(x)>;
  using Y = remove_cvref_t<decltype(y)>;
  using Z = remove_cvref_t<decltype(z)>;
  check(mp_list<X, Y, Z>{}, ctnn::given(), {2, 0.5, 3}, {2, 5, 0, 5, by_y_y, e, 0, e, 0});
  check(mp_list<Z, X, Y>{}, ctnn::given(), {3, 2, 0.5}, {0, 0, e, 0, 2, 5, e, 5, by_y_y});
  check(mp_list<Y, X>{}, ctnn::given(z = 3.0), {0.5, 2}, {by_y_y, 5, 5, 2});
  check(mp_list<Y, Z>{}, ctnn::given(x = 2.0f), {0.5, 3}, {by_y_y, e, e, 0});
}

TEST_CASE("gradient descent takes steps of its learning rate", "[minimize]") {
  const auto bowl = square(x) + 2 * square(y);
  const auto one = minimize(bowl, at(x = 1.0, y = -1.0), ctnn::GradientDescent{0.125}, {.iterations = 1});
  CHECK(one.stopped == Stopped::iterations_used_up);
  CHECK(one.point[x] == 0.75);
  CHECK(one.point[y] == -0.5);
  CHECK(one.value == 0.75 * 0.75 + 2 * 0.25);
  CHECK(minimize(bowl, at(x = 1.0, y = -1.0), ctnn::GradientDescent{0.125}).stopped ==
        Stopped::gradient_small);
  // Twice too long, the steps grow until the value overflows; what is left is finite.
  const auto diverged = minimize(bowl, at(x = 1.0, y = -1.0), ctnn::GradientDescent{1}, {.iterations = 5000});
  CHECK(diverged.stopped == Stopped::value_not_finite);
  CHECK(std::isfinite(diverged.value));
}

TEST_CASE("tensors are minimised over, and data stays fixed", "[minimize]") {
  constexpr ctnn::Variable<"W", ctnn::Shape<2, 3>> W;
  constexpr ctnn::Variable<"b", ctnn::Shape<2>> b;
  constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
  constexpr ctnn::Variable<"c"> c;
  const ctnn::Tensor<double, 3> vector{1, -2, 0.5};
  const ctnn::Tensor<double, 2, 3> start{.1, .2, .3, .4, .5, .6};
  // Its minimum over W and b, from the equations: W v + b = c, with W and b in the ratio of v to 1.
  const auto f = sum(square(matrix_product(W, v) + b - c)) + 1e-3 * (sum(square(W)) + sum(square(b)));
  const auto check = [&](const auto& method) {
    const auto minimum = minimize(f, at(b = ctnn::Tensor<double, 2>{1, 2}, W = start),
                                  ctnn::given(v = vector, c = 3.0), method);
    CHECK(minimum.stopped == Stopped::gradient_small);
    const double bias = 3 / (1 + 1e-3 + 5.25);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(minimum.point[b][i] == Approx(bias));
      for (std::size_t k = 0; k < 3; ++k) CHECK(minimum.point[W](i, k) == Approx(bias * vector[k]));
    }
    return minimum.iterations;
  };
  CHECK(check(ctnn::Newton{}) == 1);
  check(ctnn::SaddleFreeNewton{});
  check(ctnn::PolakRibiere{});
  check(ctnn::BFGS{});
  check(ctnn::LBFGS<>{});
}
