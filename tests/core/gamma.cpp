#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/core/math.hpp>

#include "reference/gamma_values.hpp"

namespace scalar = ctnn::scalar;

namespace {

/// In units of the last place; below 0, where zeros lie between the poles, of at least 1's.
double ulps(double result, double exact, double x) {
  if (result == exact) return 0;
  const double size = x < 0 ? std::max(1.0, std::abs(exact)) : std::abs(exact);
  return std::abs(result - exact) / (std::nextafter(size, INFINITY) - size);
}

}  // namespace

TEST_CASE("the logarithm of the gamma function and its derivatives are right", "[core]") {
  for (const ctnn::test::GammaValues& at : ctnn::test::gamma_values) {
    INFO("at " << at.x);
    CHECK(ulps(scalar::constant_evaluated::lgamma(at.x), at.lgamma, at.x) <= 4);
    CHECK(ulps(scalar::digamma(at.x), at.digamma, at.x) <= (at.x < 0 ? 7 : 4));
    CHECK(ulps(scalar::trigamma(at.x), at.trigamma, at.x) <= (at.x < 0 ? 6 : 4));
  }
}

TEST_CASE("the edges of digamma and trigamma", "[core]") {
  CHECK(scalar::digamma(0.0) == -INFINITY);
  CHECK(scalar::digamma(-0.0) == INFINITY);
  CHECK(std::isnan(scalar::digamma(-1.0)));
  CHECK(std::isnan(scalar::digamma(-1e300)));
  CHECK(std::isnan(scalar::digamma(-INFINITY)));
  CHECK(std::isnan(scalar::digamma(NAN)));
  CHECK(scalar::digamma(INFINITY) == INFINITY);
  for (double pole : {0.0, -0.0, -1.0, -2.0, -1e300}) CHECK(scalar::trigamma(pole) == INFINITY);
  CHECK(scalar::trigamma(INFINITY) == 0);
  CHECK(std::isnan(scalar::trigamma(NAN)));
  CHECK(scalar::digamma(2.5f) == static_cast<float>(scalar::digamma(2.5)));
}
