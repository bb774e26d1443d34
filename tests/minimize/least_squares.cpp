#include <catch2/catch.hpp>
#include <ctnn/minimize.hpp>

using ctnn::at, ctnn::given, ctnn::Stopped;

// Global, as a program's may be: that headers use such names is no reason to warn.
constexpr ctnn::Variable<"a"> a;
constexpr ctnn::Variable<"b"> b;
constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;

namespace {

constexpr auto decay = y - a * exp(-b * x);

}  // namespace

TEST_CASE("a curve is fitted to points", "[minimize]") {
  std::vector<double> times, values;
  for (int i = 0; i < 13; ++i) {
    times.push_back(0.25 * i);
    values.push_back(3 * std::exp(-1.5 * times.back()));
  }
  const auto fit = least_squares(decay, at(b = 0.1, a = 1.0), given(y = values, x = times));
  CHECK(fit);
  CHECK(fit.value < 1e-25);
  CHECK(fit.point[a] == Approx(3));
  CHECK(fit.point[b] == Approx(1.5));
  CHECK(fit.evaluations.value > fit.iterations);
  CHECK(fit.evaluations.value <= 2 * fit.iterations + 1);
  CHECK(fit.evaluations.gradient <= fit.evaluations.value);
  CHECK(fit.evaluations.hessian == 0);

  // What is a number for all points may be given, too; then a alone is sought.
  const auto half = least_squares(decay, at(a = 1.0), given(y = values, x = times, b = 1.5));
  CHECK(half.point[a] == Approx(3));
  CHECK(least_squares(decay, at(a = 1.0, b = 0.1), given(y = values, x = times), {.iterations = 2}).stopped ==
        Stopped::iterations_used_up);
}

TEST_CASE("a line's fit is the solution of its normal equations", "[minimize]") {
  const std::vector<double> xs{1, 2, 4, 7}, ys{1, 3, 2, 8};
  const auto fit = least_squares(y - (a * x + b), at(a = 0.0, b = 0.0), given(x = xs, y = ys));
  // By hand: sums of x 14, of y 14, of x² 70, of x y 71.
  CHECK(fit.point[a] == Approx((4 * 71 - 14 * 14) / (4. * 70 - 14 * 14)));
  CHECK(fit.point[b] == Approx((14 - 14 * fit.point[a]) / 4));
  CHECK(fit.stopped != Stopped::iterations_used_up);
  CHECK(fit.gradient_norm < 1e-9);
}

TEST_CASE("a formula's tensor gives one residual per element: a network learns XOR", "[minimize]") {
  constexpr ctnn::Variable<"W1", ctnn::Shape<2, 4>> W1;
  constexpr ctnn::Variable<"b1", ctnn::Shape<4>> b1;
  constexpr ctnn::Variable<"W2", ctnn::Shape<4, 1>> W2;
  constexpr ctnn::Variable<"b2"> b2;
  constexpr ctnn::Variable<"corners", ctnn::Shape<4, 2>> corners;
  constexpr ctnn::Variable<"answers", ctnn::Shape<4, 1>> answers;
  const ctnn::Tensor<double, 4, 2> given_corners{0, 0, 0, 1, 1, 0, 1, 1};
  const ctnn::Tensor<double, 4, 1> given_answers{0, 1, 1, 0};
  const auto network = matrix_product(tanh(matrix_product(corners, W1) + b1), W2) + b2;
  const ctnn::Tensor<double, 2, 4> start_W1{.5, -.3, .8, -.6, .4, .7, -.9, .2};
  const ctnn::Tensor<double, 4> start_b1{.1, -.2, .3, -.1};
  const ctnn::Tensor<double, 4, 1> start_W2{.6, -.5, .4, .3};
  // 4 residuals, 17 variables: the damping chooses among the solutions.
  const auto fit = least_squares(network - answers, at(W1 = start_W1, b1 = start_b1, W2 = start_W2, b2 = 0.0),
                                 given(corners = given_corners, answers = given_answers));
  CHECK(fit);
  CHECK(fit.value < 1e-20);
  CHECK(fit.iterations < 50);
  const auto learnt = network(W1 = fit.point[W1], b1 = fit.point[b1], W2 = fit.point[W2], b2 = fit.point[b2],
                              corners = given_corners);
  for (std::size_t i = 0; i < 4; ++i) CHECK(learnt[i] == Approx(given_answers[i]).margin(1e-9));
}

TEST_CASE("residuals of one's own, which may be more than they need be or less than finite", "[minimize]") {
  // Rosenbrock's function; the third residual depends on nothing.
  struct Residuals {
    static constexpr std::size_t dimension() { return 2; }
    static constexpr std::size_t size() { return 3; }
    static void residuals(std::span<const double> p, std::span<double> r) {
      r[0] = 10 * (p[1] - p[0] * p[0]);
      r[1] = 1 - p[0];
      r[2] = 2;
    }
    static void jacobian(std::span<const double> p, std::span<double> j) {
      const double columns[]{-20 * p[0], -1, 0, 10, 0, 0};
      std::ranges::copy(columns, j.begin());
    }
  };
  const auto minimum = ctnn::least_squares(Residuals{}, {-1.2, 1});
  CHECK(minimum);
  CHECK(minimum.value == Approx(4));
  CHECK(minimum.point[0] == Approx(1));
  CHECK(minimum.point[1] == Approx(1));
  CHECK_THROWS_WITH(ctnn::least_squares(Residuals{}, {1}),
                    "least_squares: the start has 1 numbers, the residuals depend on 2");
  const auto nowhere = ctnn::least_squares(Residuals{}, {std::nan(""), 1});
  CHECK(nowhere.stopped == Stopped::value_not_finite);
  CHECK(nowhere.iterations == 0);
}

TEST_CASE("arrays of unequal size, or of none, are refused", "[minimize]") {
  const std::vector<double> three{1, 2, 3}, four{1, 2, 3, 4};
  CHECK_THROWS_WITH(least_squares(decay, at(a = 1.0, b = 1.0), given(x = three, y = four)),
                    "map: x has 3 elements for 4 points");
  const std::vector<double> none;
  CHECK_THROWS_WITH(least_squares(decay, at(a = 1.0, b = 1.0), given(x = none, y = none)),
                    "least_squares: there are no residuals");
}
