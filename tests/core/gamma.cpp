#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/core/math.hpp>
#include <ctnn/core/random.hpp>
#include <sstream>

#include "reference/gamma_values.hpp"

namespace scalar = ctnn::scalar;

namespace {

/// In units of the last place; below 0, where zeros lie between the poles, of at least that of the terms that
/// cancel there.
double ulps(double result, long double exact, double x, double terms = 1) {
  const double nearest = static_cast<double>(exact);
  if (result == nearest) return 0;
  const double size = x < 0 ? std::max(terms, std::abs(nearest)) : std::abs(nearest);
  return static_cast<double>(std::abs(result - exact)) / (std::nextafter(size, INFINITY) - size);
}

struct Polygammas {
  long double order[3];
};

/// digamma and its first two derivatives: Σ of the pole's powers up to where the asymptotic series is exact
/// to a long double (Abramowitz and Stegun, Handbook of Mathematical Functions, 6.3.6 and 6.4.6, 6.3.18
/// and 6.4.11).
Polygammas polygammas(long double x) {
  Polygammas sum{};
  for (; x < 40; x += 1) {
    const long double r = 1 / x;
    sum.order[0] -= r;
    sum.order[1] += r * r;
    sum.order[2] -= 2 * r * r * r;
  }
  const long double r = 1 / x, square = r * r;
  sum.order[0] += std::log(x) - r / 2;
  sum.order[1] += r + square / 2;
  sum.order[2] -= square + square * r;
  constexpr long double bernoulli[]{1 / 6.0L,  -1 / 30.0L,     1 / 42.0L, -1 / 30.0L,
                                    5 / 66.0L, -691 / 2730.0L, 7 / 6.0L,  -3617 / 510.0L};
  long double power = square;
  for (int k = 1; k <= 8; ++k, power *= square) {
    const long double b = bernoulli[k - 1] * power;
    sum.order[0] -= b / (2 * k);
    sum.order[1] += b * r;
    sum.order[2] -= b * square * (2 * k + 1);
  }
  return sum;
}

struct Worst {
  double error = 0, at = 0;
  void look(double e, double x) {
    if (!(e <= error)) *this = {e, x};
  }
};

}  // namespace

TEST_CASE("the gamma function's relatives are right at random numbers", "[core]") {
  ctnn::Random random(ctnn::Seed{3});
  Worst log_gamma, worst[3];
  const auto look = [&](double x) {
    const auto wide = static_cast<long double>(x);
    if (std::floor(x) == x) return;
    log_gamma.look(ulps(scalar::constant_evaluated::lgamma(x), std::lgamma(wide), x), x);
    const Polygammas exact = polygammas(wide);
    // The sum cancels at digamma's zero, which is among gamma_values.
    if (x > 0 && std::abs(exact.order[0]) < 0.01) return;
    const double results[]{scalar::digamma(x), scalar::trigamma(x), scalar::tetragamma(x)};
    for (int i = 0; i < 3; ++i) {
      const double terms = x < 0 && i == 0 ? std::max(1.0, std::log(1 - x)) : 1;
      worst[i].look(ulps(results[i], exact.order[i], x, terms), x);
    }
  };
  for (int i = 0; i < 20'000; ++i)
    for (double reach : {1.0, 5.0, 60.0}) {
      look(random.uniform(0.0, reach));
      look(random.uniform(-reach, 0.0));
    }
  std::ostringstream all;
  all.precision(17);
  all << "lgamma " << log_gamma.error << " ulp at " << log_gamma.at;
  for (const Worst& w : worst) all << ", the next " << w.error << " at " << w.at;
  INFO(all.str());
  CHECK(log_gamma.error <= 4);
  CHECK(worst[0].error <= 4);
  CHECK(worst[1].error <= 6);
  CHECK(worst[2].error <= 7);
}

TEST_CASE("the logarithm of the gamma function and its derivatives are right", "[core]") {
  for (const ctnn::test::GammaValues& at : ctnn::test::gamma_values) {
    INFO("at " << at.x);
    CHECK(ulps(scalar::constant_evaluated::lgamma(at.x), at.lgamma, at.x) <= 4);
    CHECK(ulps(scalar::digamma(at.x), at.digamma, at.x) <= 4);
    CHECK(ulps(scalar::trigamma(at.x), at.trigamma, at.x) <= (at.x < 0 ? 6 : 4));
    CHECK(ulps(scalar::tetragamma(at.x), at.tetragamma, at.x) <= (at.x < 0 ? 7 : 4));
  }
}

TEST_CASE("the edges of digamma and its derivatives", "[core]") {
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
  CHECK(scalar::tetragamma(0.0) == -INFINITY);
  CHECK(scalar::tetragamma(-0.0) == INFINITY);
  CHECK(scalar::tetragamma(1e-103) == -INFINITY);
  CHECK(scalar::tetragamma(-1e-103) == INFINITY);
  for (double undefined : {-1.0, -1e300, -double{INFINITY}, double{NAN}})
    CHECK(std::isnan(scalar::tetragamma(undefined)));
  CHECK(scalar::tetragamma(INFINITY) == 0);
  CHECK(scalar::digamma(2.5f) == static_cast<float>(scalar::digamma(2.5)));
}
