#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/core/math.hpp>
#include <ctnn/core/random.hpp>

namespace scalar = ctnn::scalar;
namespace constant = ctnn::scalar::constant_evaluated;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

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
  for (int i = 0; i < 20'000; ++i) {
    look(low + (high - low) * random.uniform(0.0, 1.0));
    for (double near : {2.0, 100.0, 1e5}) look(random.uniform(std::max(low, -near), std::min(high, near)));
    const double magnitude =
        std::ldexp(random.uniform(1.0, 2.0), static_cast<int>(random.below(2098)) - 1074);
    for (double center : {-1.0, 0.0, 1.0}) {
      look(center + magnitude);
      look(center - magnitude);
    }
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

}  // namespace

TEST_CASE("what the compiler computes is within two units of the last place", "[core]") {
#define CTNN_CHECK(name, low, high) check(#name, constant::name, std::name, low, high, 2)
  constexpr double huge = std::numeric_limits<double>::max();
  CTNN_CHECK(exp, -745.2, 709.78);
  CTNN_CHECK(exp2, -1080, 1023.999);
  CTNN_CHECK(expm1, -745.2, 709.78);
  CTNN_CHECK(log, 0, huge);
  CTNN_CHECK(log2, 0, huge);
  CTNN_CHECK(log10, 0, huge);
  CTNN_CHECK(log1p, -1, huge);
  CTNN_CHECK(sqrt, 0, huge);
  CTNN_CHECK(cbrt, -huge, huge);
  CTNN_CHECK(sin, -huge, huge);
  CTNN_CHECK(cos, -huge, huge);
  CTNN_CHECK(tan, -huge, huge);
  CTNN_CHECK(asin, -1, 1);
  CTNN_CHECK(acos, -1, 1);
  CTNN_CHECK(atan, -huge, huge);
  CTNN_CHECK(sinh, -710.47, 710.47);
  CTNN_CHECK(cosh, -710.47, 710.47);
  CTNN_CHECK(tanh, -huge, huge);
  CTNN_CHECK(asinh, -huge, huge);
  CTNN_CHECK(acosh, 1, huge);
  CTNN_CHECK(atanh, -1, 1);
  CTNN_CHECK(erf, -huge, huge);
  CTNN_CHECK(erfc, -huge, 27.3);
  CTNN_CHECK(floor, -huge, huge);
#undef CTNN_CHECK
}

TEST_CASE("what the compiler computes of two numbers is within two units of the last place", "[core]") {
  ctnn::Random random(ctnn::Seed{2});
  const auto magnitude = [&](int range) {
    const double sign = random.below(2) == 0 ? -1 : 1;
    return sign * std::ldexp(random.uniform(1.0, 2.0),
                             static_cast<int>(random.below(2 * static_cast<unsigned>(range))) - range);
  };
  double angle = 0, length = 0, power = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double x = magnitude(i % 2 == 0 ? 1023 : 2), y = magnitude(i % 2 == 0 ? 1023 : 2);
    const long double wide_x = x, wide_y = y;
    angle = std::max(angle, ulps(constant::atan2(y, x), std::atan2(wide_y, wide_x)));
    length = std::max(length, ulps(constant::hypot(x, y), std::hypot(wide_x, wide_y)));
    const double base = std::abs(magnitude(i % 3 == 0 ? 1023 : 2));
    const double exponent = random.uniform(-1.0, 1.0) * std::min(1e300, 745 / std::abs(std::log(base)));
    power =
        std::max(power, ulps(constant::pow(base, exponent),
                             std::pow(static_cast<long double>(base), static_cast<long double>(exponent))));
    const double z = i % 2 == 0 ? -x * y * random.uniform(0.5, 2.0) : y;
    if (std::abs(std::ilogb(x)) < 400 && std::abs(std::ilogb(y)) < 400)
      REQUIRE(constant::fma(x, y, z) == std::fma(x, y, z));
  }
  CHECK(angle <= 2);
  CHECK(length <= 2);
  CHECK(power <= 2);
}
