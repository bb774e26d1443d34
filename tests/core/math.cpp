#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/core/math.hpp>
#include <ctnn/core/random.hpp>

namespace scalar = ctnn::scalar;
namespace constant = ctnn::scalar::constant_evaluated;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The distance of `result` from `exact` in units of the last place of a double of exact's size.
double ulps(double result, long double exact) {
  const double nearest = static_cast<double>(exact);
  if (result == nearest || (std::isnan(result) && std::isnan(nearest))) return 0;
  if (!std::isfinite(result) || !std::isfinite(nearest)) return infinity;
  const int exponent = std::max(nearest == 0 ? -1074 : std::ilogb(nearest) - 52, -1074);
  return static_cast<double>(std::fabs(static_cast<long double>(result) - exact) /
                             std::ldexp(1.0L, exponent));
}

struct Worst {
  double error = 0, at = 0;
};

/// The worst error over numbers that are spread evenly, and over magnitudes down to the subnormal ones.
Worst worst(double (*function)(double), long double (*exact)(long double), double low, double high) {
  Worst result;
  const auto look = [&](double x) {
    if (x < low || x > high) return;
    if (const double error = ulps(function(x), exact(static_cast<long double>(x))); error > result.error)
      result = {error, x};
  };
  ctnn::Random random(ctnn::Seed{1});
  for (int i = 0; i < 100'000; ++i) {
    look(random.uniform(low, high));
    look(random.uniform(std::max(low, -2.0), std::min(high, 2.0)));
    const double magnitude =
        std::ldexp(random.uniform(1.0, 2.0), static_cast<int>(random.below(2098)) - 1074);
    look(magnitude);
    look(-magnitude);
  }
  for (double edge : {low, high, 1.0, -1.0, 0.0, 5e-324, -5e-324, 0x1p-1022, 0x1.fffffffffffffp1023})
    look(edge);
  return result;
}

void check(const char* name, double (*function)(double), long double (*exact)(long double), double low,
           double high, double allowed) {
  const Worst w = worst(function, exact, low, high);
  INFO(name << ": " << w.error << " ulp at " << w.at);
  CHECK(w.error <= allowed);
}

constexpr bool same(double x, double y) {
  return x == y || (x != x && y != y);
}

// The compiler's edges.
static_assert(scalar::exp(0.0) == 1 && scalar::exp(-infinity) == 0 && scalar::exp(infinity) == infinity);
static_assert(same(scalar::exp(nan), nan) && scalar::exp(710.0) == infinity && scalar::exp(-746.0) == 0);
static_assert(scalar::exp(-745.0) == 5e-324 && same(scalar::expm1(nan), nan));
static_assert(scalar::exp(709.785) == infinity);
static_assert(scalar::exp(100.0f) == std::numeric_limits<float>::infinity());
static_assert(scalar::expm1(-infinity) == -1 && scalar::expm1(infinity) == infinity);
static_assert(scalar::log(1.0) == 0 && scalar::log(0.0) == -infinity && scalar::log(infinity) == infinity);
static_assert(same(scalar::log(-1.0), nan) && same(scalar::log(nan), nan));
static_assert(scalar::log1p(0.0) == 0 && scalar::log1p(-1.0) == -infinity &&
              scalar::log1p(infinity) == infinity);
static_assert(same(scalar::log1p(-2.0), nan) && same(scalar::log1p(nan), nan));
static_assert(scalar::sqrt(4.0) == 2 && scalar::sqrt(infinity) == infinity && same(scalar::sqrt(-1.0), nan));
static_assert(scalar::tanh(infinity) == 1 && scalar::tanh(-infinity) == -1 && same(scalar::tanh(nan), nan));
static_assert(scalar::abs(-2.0) == 2 && same(scalar::abs(nan), nan) && 1 / scalar::abs(-1.0) == 1);
static_assert(scalar::select(true, 1.0f, 2.0f) == 1 && scalar::select(false, 1.0f, 2.0f) == 2);

}  // namespace

TEST_CASE("what the compiler computes is within two units of the last place", "[core]") {
  check("exp", constant::exp, std::exp, -745.2, 709.78, 2);
  check("expm1", constant::expm1, std::expm1, -60, 709.78, 2);
  check("log", constant::log, std::log, 0, infinity, 2);
  check("log1p", constant::log1p, std::log1p, -1, infinity, 2);
  check("sqrt", constant::sqrt, std::sqrt, 0, infinity, 1);
  check("tanh", constant::tanh, std::tanh, -30, 30, 2.5);
}

TEST_CASE("signs of zero are kept", "[core]") {
  for (auto function : {constant::expm1, constant::log1p, constant::sqrt, constant::tanh}) {
    CHECK(std::signbit(function(-0.0)));
    CHECK_FALSE(std::signbit(function(0.0)));
  }
  CHECK_FALSE(std::signbit(scalar::abs(-0.0)));
}
