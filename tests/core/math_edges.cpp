#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/core/math.hpp>
#include <vector>

namespace scalar = ctnn::scalar;
namespace constant = ctnn::scalar::constant_evaluated;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr bool same(double x, double y) {
  return x == y || (x != x && y != y);
}

/// What overflows, divides by zero or makes a NaN on the way would be no constant expression.
constexpr double edges[]{0.0,  -0.0,  infinity, -infinity, nan,       1,       -1,       0.5,   -0.5,
                         2,    -2,    3,        -3,        2.5,       -2.5,    1e6 + 1,  -1e6,  0x1p53,
                         1e30, -1e30, 5e-324,   -5e-324,   0x1p-1022, 1.7e308, -1.7e308, 1e-20, -1e-20};

constexpr bool is_evaluated(double (*function)(double)) {
  for (double x : edges) static_cast<void>(function(x));
  return true;
}
constexpr bool is_evaluated(double (*function)(double, double), double y) {
  for (double x : edges) static_cast<void>(function(x, y)), static_cast<void>(function(y, x));
  return true;
}
static_assert(is_evaluated(constant::exp) && is_evaluated(constant::exp2) && is_evaluated(constant::expm1));
static_assert(is_evaluated(constant::log) && is_evaluated(constant::log2) && is_evaluated(constant::log10));
static_assert(is_evaluated(constant::log1p) && is_evaluated(constant::sqrt) && is_evaluated(constant::cbrt));
static_assert(is_evaluated(constant::sin) && is_evaluated(constant::cos) && is_evaluated(constant::tan));
static_assert(is_evaluated(constant::asin) && is_evaluated(constant::acos) && is_evaluated(constant::atan));
static_assert(is_evaluated(constant::sinh) && is_evaluated(constant::cosh) && is_evaluated(constant::tanh));
static_assert(is_evaluated(constant::asinh) && is_evaluated(constant::acosh) &&
              is_evaluated(constant::atanh));
static_assert(is_evaluated(constant::erf) && is_evaluated(constant::erfc) && is_evaluated(constant::floor));
static_assert(is_evaluated(constant::lgamma) && is_evaluated(constant::digamma));
static_assert(is_evaluated(constant::trigamma) && is_evaluated(constant::tetragamma));
constexpr bool pairs_are_evaluated(double y) {
  return is_evaluated(constant::pow, y) && is_evaluated(constant::atan2, y) &&
         is_evaluated(constant::hypot, y);
}
static_assert(pairs_are_evaluated(0) && pairs_are_evaluated(-0.0) && pairs_are_evaluated(infinity));
static_assert(pairs_are_evaluated(-infinity) && pairs_are_evaluated(nan) && pairs_are_evaluated(1e300));
static_assert(pairs_are_evaluated(5e-324) && pairs_are_evaluated(-2.5) && pairs_are_evaluated(-3));

// Exact values.
static_assert(scalar::exp(0.0) == 1 && scalar::exp(-infinity) == 0 && scalar::exp(infinity) == infinity);
static_assert(same(scalar::exp(nan), nan) && scalar::exp(710.0) == infinity && scalar::exp(-746.0) == 0);
static_assert(scalar::exp(-745.0) == 5e-324 && scalar::exp(709.785) == infinity);
static_assert(scalar::exp(100.0f) == std::numeric_limits<float>::infinity());
static_assert(scalar::exp2(-1074.0) == 5e-324 && scalar::exp2(10.0) == 1024);
static_assert(scalar::expm1(-infinity) == -1 && scalar::expm1(infinity) == infinity);
static_assert(scalar::log(1.0) == 0 && scalar::log(0.0) == -infinity && same(scalar::log(-1.0), nan));
static_assert(scalar::log2(8.0) == 3 && scalar::log2(5e-324) == -1074 && scalar::log10(1000.0) == 3);
static_assert(scalar::log1p(-1.0) == -infinity && same(scalar::log1p(-2.0), nan));
static_assert(scalar::sqrt(4.0) == 2 && same(scalar::sqrt(-1.0), nan) && scalar::cbrt(-27.0) == -3);
static_assert(scalar::sin(0x1p1000) > -1 && scalar::cos(0.0) == 1 && scalar::tan(0.0) == 0);
static_assert(scalar::asin(1.0) == scalar::acos(0.0) && scalar::atan(infinity) == scalar::asin(1.0));
static_assert(scalar::atan2(0.0, -1.0) == scalar::acos(-1.0) && scalar::hypot(3.0, 4.0) == 5);
static_assert(scalar::sinh(-infinity) == -infinity && scalar::cosh(0.0) == 1 && scalar::tanh(infinity) == 1);
static_assert(scalar::asinh(0.0) == 0 && scalar::acosh(1.0) == 0 && scalar::atanh(1.0) == infinity);
static_assert(scalar::erf(infinity) == 1 && scalar::erfc(-infinity) == 2 && scalar::erfc(30.0) == 0);
static_assert(scalar::lgamma(1.0) == 0 && scalar::lgamma(3.0f) == scalar::log(2.0f));
static_assert(scalar::digamma(1.0) == -0.57721566490153286 && scalar::trigamma(infinity) == 0);
static_assert(scalar::pow(2.0, 10) == 1024 && scalar::pow(-2.0, -3.0) == -0.125);
static_assert(scalar::fma(0x1.0000001p0, 0x1.0000001p0, -1.0) == 0x1p-27 + 0x1p-56);
static_assert(scalar::floor(-2.5) == -3 && scalar::abs(-2.0) == 2 && scalar::copysign(2.0, -0.0) == -2);
static_assert(scalar::maximum(1.0, 2.0) == 2 && same(scalar::minimum(nan, 2.0), nan));
static_assert(scalar::select(true, 1.0f, 2.0f) == 1 && scalar::select(false, 1.0f, 2.0f) == 2);

/// Alike where a result is no ordinary number; the sign of a zero counts.
bool alike(double result, double expected) {
  if (std::isnan(expected)) return std::isnan(result);
  if (expected == 0 || std::isinf(expected))
    return result == expected && std::signbit(result) == std::signbit(expected);
  return std::isfinite(result) && std::abs(result - expected) <= 1e-14 * std::abs(expected);
}

}  // namespace

TEST_CASE("the compiler's functions have the standard library's edges", "[core]") {
  struct Function {
    const char* name;
    double (*ours)(double);
    double (*standard)(double);
  };
#define CTNN_FUNCTION(name)          \
  Function {                         \
#name, constant::name, std::name \
  }
  for (const Function& f :
       {CTNN_FUNCTION(exp),   CTNN_FUNCTION(exp2),  CTNN_FUNCTION(expm1), CTNN_FUNCTION(log),
        CTNN_FUNCTION(log2),  CTNN_FUNCTION(log10), CTNN_FUNCTION(log1p), CTNN_FUNCTION(sqrt),
        CTNN_FUNCTION(cbrt),  CTNN_FUNCTION(sin),   CTNN_FUNCTION(cos),   CTNN_FUNCTION(tan),
        CTNN_FUNCTION(asin),  CTNN_FUNCTION(acos),  CTNN_FUNCTION(atan),  CTNN_FUNCTION(sinh),
        CTNN_FUNCTION(cosh),  CTNN_FUNCTION(tanh),  CTNN_FUNCTION(asinh), CTNN_FUNCTION(acosh),
        CTNN_FUNCTION(atanh), CTNN_FUNCTION(erf),   CTNN_FUNCTION(erfc),  CTNN_FUNCTION(lgamma),
        CTNN_FUNCTION(floor)})
    for (double x : edges) {
      INFO(f.name << "(" << x << ") is " << f.standard(x) << ", not " << f.ours(x));
      CHECK(alike(f.ours(x), f.standard(x)));
    }
#undef CTNN_FUNCTION
}

TEST_CASE("the compiler's functions of two numbers have the standard library's edges", "[core]") {
  for (double x : edges)
    for (double y : edges) {
      INFO("of " << x << " and " << y);
      CHECK(alike(constant::pow(x, y), std::pow(x, y)));
      CHECK(alike(constant::atan2(x, y), std::atan2(x, y)));
      CHECK(alike(constant::hypot(x, y), std::hypot(x, y)));
    }
  CHECK_FALSE(std::signbit(scalar::abs(-0.0)));
}
