#include <catch2/catch.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;

constexpr Case exp2(primitive::exp2, {{{3, 7}, -3, 3}}, [](Values x) { return ctnn::exp2(x[0]); });
constexpr Case expm1(primitive::expm1, {{{3, 7}, -2, 2}}, [](Values x) { return ctnn::expm1(x[0]); });
constexpr Case log2(primitive::log2, {{{3, 7}, 0.25, 4}}, [](Values x) { return ctnn::log2(x[0]); });
constexpr Case log10(primitive::log10, {{{3, 7}, 0.25, 4}}, [](Values x) { return ctnn::log10(x[0]); });
constexpr Case cbrt(primitive::cbrt, {{{3, 7}, 0.25, 4}}, [](Values x) { return ctnn::cbrt(x[0]); });
constexpr Case rsqrt(primitive::rsqrt, {{{3, 7}, 0.25, 4}}, [](Values x) { return ctnn::rsqrt(x[0]); });
constexpr Case hypot(primitive::hypot, {{{15}, 0.5, 2}, {{15}, -2, 2}},
                     [](Values x) { return ctnn::hypot(x[0], x[1]); });
constexpr Case pow(primitive::pow, {{{15}, 0.5, 2}, {{15}, -2, 2}},
                   [](Values x) { return ctnn::pow(x[0], x[1]); });
constexpr Case power_of_constant(primitive::pow, {{{3, 7}, -2, 2}},
                                 [](Values x) { return ctnn::pow(1.5, x[0]); });
constexpr Case constant_power(primitive::pow, {{{3, 7}, 0.5, 2}},
                              [](Values x) { return ctnn::pow(x[0], 2.5); });
constexpr Case whole_power(primitive::pow, {{{3, 7}, 0.5, 2}},
                           [](Values x) { return ctnn::pow(x[0], -3.0); });
// No operation but products is needed.
constexpr Case product(primitive::multiply, {{{3, 7}, -1, 1}}, [](Values x) { return ctnn::pow(x[0], 5); });
constexpr Case erf(primitive::erf, {{{3, 7}, -2, 2}}, [](Values x) { return ctnn::erf(x[0]); });
constexpr Case erfc(primitive::erfc, {{{3, 7}, -2, 2}}, [](Values x) { return ctnn::erfc(x[0]); });
constexpr Case lgamma(primitive::lgamma, {{{3, 7}, 0.5, 4}}, [](Values x) { return ctnn::lgamma(x[0]); });
constexpr Case digamma(primitive::digamma, {{{3, 7}, 0.5, 4}}, [](Values x) { return ctnn::digamma(x[0]); });
// Their derivatives are those of digamma, as far as there are any.
constexpr Case trigamma(
    primitive::trigamma, {{{3, 7}, 0.5, 4}}, [](Values x) { return ctnn::trigamma(x[0]); }, false);
constexpr Case tetragamma(
    primitive::tetragamma, {{{3, 7}, 0.5, 4}}, [](Values x) { return ctnn::tetragamma(x[0]); }, false);

}  // namespace

TEST_CASE("laws of exponentials and roots", "[laws]") {
  check<exp2, expm1, log2, log10, cbrt, rsqrt>();
}

TEST_CASE("laws of powers", "[laws]") {
  check<hypot, pow, power_of_constant, constant_power, whole_power, product>();
}

TEST_CASE("laws of special functions", "[laws]") {
  check<erf, erfc, lgamma, digamma, trigamma, tetragamma>();
}

}  // namespace ctnn::test::laws
