#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/core/random.hpp>
#include <ctnn/kernels/batch_functions.hpp>
#include <vector>

namespace kernels = ctnn::kernels;
namespace scalar = ctnn::scalar;

namespace {

constexpr double huge = std::numeric_limits<double>::max();

/// In units of the last place; vectors may take a subnormal number for zero, and one next to it for normal.
template <class T>
double ulps(T result, long double exact) {
  using Limits = std::numeric_limits<T>;
  const T nearest = static_cast<T>(exact);
  if (result == nearest || (std::isnan(result) && std::isnan(nearest))) return 0;
  if (!std::isfinite(result) || !std::isfinite(nearest)) return INFINITY;
  if (std::abs(nearest) < Limits::min()) return std::abs(result) <= Limits::min() ? 0 : INFINITY;
  const int exponent = std::ilogb(nearest) - Limits::digits + 1;
  return static_cast<double>(std::fabs(static_cast<long double>(result) - exact) /
                             std::ldexp(1.0L, exponent));
}

/// Numbers from low to high, spread evenly and over magnitudes.
template <class T>
std::vector<T> points(double low, double high) {
  constexpr int range = std::numeric_limits<T>::max_exponent;
  std::vector<T> result;
  const auto add = [&](double x) {
    const T number = static_cast<T>(x);
    if (static_cast<double>(number) >= low && static_cast<double>(number) <= high && std::isfinite(number))
      result.push_back(number);
  };
  ctnn::Random random(ctnn::Seed{1});
  for (int i = 0; i < 5000; ++i) {
    for (double near : {2.0, 20.0, 100.0, 1e4})
      add(random.uniform(std::max(low, -near), std::min(high, near)));
    const double magnitude =
        std::ldexp(random.uniform(1.0, 2.0), static_cast<int>(random.below(2 * range)) - range);
    add(magnitude);
    add(-magnitude);
    add(1 + magnitude);
  }
  while (result.size() % 64 != 0) result.push_back(result.front());
  return result;
}

/// f in batches of all results; `exact` is what they are measured against, in numbers and edges.
template <class T>
void check(const char* name, auto f, auto exact, double low, double high, double allowed = 4) {
  using B = kernels::Batch<T>;
  constexpr T infinity = std::numeric_limits<T>::infinity();
  std::vector<T> x = points<T>(low, high), y(x.size());
  for (std::size_t i = 0; i < x.size(); i += kernels::lanes<B>)
    kernels::store(&y[i], f(kernels::load<B>(&x[i])));
  double worst = 0;
  T at = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (const double error = ulps(y[i], exact(static_cast<long double>(x[i]))); !(error <= worst)) {
      worst = error;
      at = x[i];
    }
  INFO(name << " of " << sizeof(T) << " bytes: " << worst << " ulp at " << at);
  CHECK(worst <= allowed);
  for (T edge : {T(0), T(-0.0), T(1), T(-1), infinity, -infinity, std::numeric_limits<T>::quiet_NaN(), T(89),
                 T(-100), T(1000), T(-1000), std::numeric_limits<T>::max()}) {
    T lane[kernels::lanes<B>];
    kernels::store(lane, f(B(edge)));
    const T expected = static_cast<T>(exact(static_cast<long double>(edge)));
    INFO(name << "(" << edge << ") is " << expected << ", in a batch " << lane[0]);
    CHECK(ulps(lane[0], static_cast<long double>(expected)) <= 4);
    if (expected == 0) CHECK(lane[0] == 0);
  }
}

template <class T>
void check_pairs(const char* name, auto f, auto exact) {
  using B = kernels::Batch<T>;
  constexpr T infinity = std::numeric_limits<T>::infinity(), largest = std::numeric_limits<T>::max();
  const std::vector<T> x{T(0),     T(-0.0),
                         T(1),     T(-1),
                         T(0.5),   T(-0.5),
                         T(2),     T(3),
                         T(-2),    T(-3),
                         T(1.75),  T(2.5),
                         T(-2.5),  infinity,
                         T(0.9),   T(1.1),
                         T(1e-5),  T(1e6 + 1),
                         T(-1e6),  -infinity,
                         T(30.25), largest,
                         -largest, T(1e-30),
                         T(0.999), std::numeric_limits<T>::quiet_NaN()};
  for (T first : x)
    for (T second : x) {
      T lane[kernels::lanes<B>];
      kernels::store(lane, f(B(first), B(second)));
      const long double expected = exact(static_cast<long double>(first), static_cast<long double>(second));
      INFO(name << "(" << first << ", " << second << ") of " << sizeof(T) << " bytes is " << expected
                << ", in a batch " << lane[0]);
      if (!(ulps(lane[0], expected) <= 4)) CHECK(ulps(lane[0], expected) <= 4);
    }
}

}  // namespace

TEMPLATE_TEST_CASE("functions of batches are within four units of the last place", "[kernels]", float,
                   double) {
#define CTNN_CHECK(name, low, high)                                                                          \
  check<TestType>(                                                                                           \
      #name, [](const auto& x) { return scalar::name(x); }, [](long double x) { return std::name(x); }, low, \
      high)
  CTNN_CHECK(exp, -745.2, 709.78);
  CTNN_CHECK(exp2, -1080, 1023.99);
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
  CTNN_CHECK(sinh, -710, 710);
  CTNN_CHECK(cosh, -710, 710);
  CTNN_CHECK(tanh, -huge, huge);
  CTNN_CHECK(asinh, -huge, huge);
  CTNN_CHECK(acosh, 1, huge);
  CTNN_CHECK(atanh, -1, 1);
  CTNN_CHECK(erf, -huge, huge);
  CTNN_CHECK(erfc, -huge, 26.5);
  CTNN_CHECK(lgamma, 0, 1e+300);
  CTNN_CHECK(floor, -huge, huge);
#undef CTNN_CHECK
  const auto digamma = [](auto x) { return scalar::digamma(x); };
  const auto exact_digamma = [](long double x) {
    return static_cast<long double>(scalar::digamma(static_cast<double>(x)));
  };
  check<TestType>("digamma", digamma, exact_digamma, 0, 1e300);
  const auto trigamma = [](auto x) { return scalar::trigamma(x); };
  const auto exact_trigamma = [](long double x) {
    return static_cast<long double>(scalar::trigamma(static_cast<double>(x)));
  };
  check<TestType>("trigamma", trigamma, exact_trigamma, 0, 1e300);
  const auto tetragamma = [](auto x) { return scalar::tetragamma(x); };
  const auto exact_tetragamma = [](long double x) {
    return static_cast<long double>(scalar::tetragamma(static_cast<double>(x)));
  };
  check<TestType>("tetragamma", tetragamma, exact_tetragamma, 0, 1e300);
  // Up to the first negative zero: the reflection.
  check<TestType>("digamma", digamma, exact_digamma, -0.45, -1e-300);
  check<TestType>("tetragamma", tetragamma, exact_tetragamma, -0.4, -1e-300, 7);
}

TEMPLATE_TEST_CASE("functions of two batches are right at every edge", "[kernels]", float, double) {
#define CTNN_CHECK(name)                                                      \
  check_pairs<TestType>(                                                      \
      #name, [](const auto& x, const auto& y) { return scalar::name(x, y); }, \
      [](long double x, long double y) { return std::name(x, y); })
  CTNN_CHECK(pow);
  CTNN_CHECK(atan2);
  CTNN_CHECK(hypot);
#undef CTNN_CHECK
}
