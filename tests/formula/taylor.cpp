#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/formula_tensors.hpp>

namespace {

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;

constexpr bool near(double value, double expected) {
  const double error = value - expected;
  return error < 1e-15 && error > -1e-15;
}

// exp at 0: 1/k!. log at 1: 0, 1, -1/2, 1/3, … 1 / (1 - x) at 0: ones.
constexpr auto exponential = ctnn::taylor<6>(exp(x))(ctnn::at(x = 0.0), ctnn::along(x = 1.0));
static_assert(exponential.size() == 7 && exponential[0] == 1 && exponential[1] == 1);
static_assert(near(exponential[3], 1.0 / 6) && near(exponential[6], 1.0 / 720));
constexpr auto logarithm = ctnn::taylor<6>(log(x))(ctnn::at(x = 1.0), ctnn::along(x = 1.0));
static_assert(logarithm[0] == 0 && logarithm[1] == 1 && logarithm[2] == -0.5);
static_assert(near(logarithm[5], 0.2) && near(logarithm[6], -1.0 / 6));
constexpr auto geometric = ctnn::taylor<5>(1 / (1 - x))(ctnn::at(x = 0.0), ctnn::along(x = 1.0));
static_assert(geometric == std::array<double, 6>{1, 1, 1, 1, 1, 1});
// sin at π/6: (1/2, √3/2, -1/4, -√3/12, 1/48).
constexpr auto sine = ctnn::taylor<4>(sin(x))(ctnn::at(x = 0.5235987755982989), ctnn::along(x = 1.0));
static_assert(near(sine[0], 0.5) && near(sine[1], 0.8660254037844386) && near(sine[2], -0.25) &&
              near(sine[3], -0.14433756729740643) && near(sine[4], 1.0 / 48));
// A polynomial ends, and a direction of several variables mixes them: (x + 2t)(y - t)².
constexpr auto cubic = ctnn::taylor<5>(x * square(y))(ctnn::at(x = 3, y = 5), ctnn::along(x = 2, y = -1));
static_assert(cubic == std::array<double, 6>{75, 20, -17, 2, 0, 0});
static_assert(ctnn::taylor<0>(x * y)(ctnn::at(x = 3, y = 5), ctnn::along(x = 1))[0] == 15);

TEST_CASE("a Taylor polynomial follows its function") {
  const auto f = tanh(sin(exp(x * y)) * sqrt(x)) / (x + y);
  const auto c = ctnn::taylor<5>(f)(ctnn::at(x = 0.8, y = 0.3), ctnn::along(x = 0.6, y = -0.9));
  for (double t : {0.02, -0.03}) {
    double polynomial = 0;
    for (std::size_t k = c.size(); k-- > 0;) polynomial = polynomial * t + c[k];
    CHECK(polynomial == Approx(f(x = 0.8 + 0.6 * t, y = 0.3 - 0.9 * t)).epsilon(1e-8));
  }
}

TEST_CASE("the coefficients of a tensor are tensors") {
  const ctnn::Tensor<double, 3> point{0.5, -1, 2}, direction{1, 2, -1};
  const auto c = ctnn::taylor<3>(v * exp(sum(v)))(ctnn::at(v = point), ctnn::along(v = direction));
  // The sum moves by 2 t: e^1.5 (v + t d) (1 + 2 t + 2 t² + 4/3 t³ + …).
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(c[0][i] == Approx(std::exp(1.5) * point[i]));
    CHECK(c[1][i] == Approx(std::exp(1.5) * (direction[i] + 2 * point[i])));
    CHECK(c[3][i] == Approx(std::exp(1.5) * (2 * direction[i] + 4 * point[i] / 3)));
  }
}

}  // namespace
