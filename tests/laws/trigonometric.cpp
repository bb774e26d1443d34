#include <catch2/catch.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;

constexpr Case sin(primitive::sin, {{{3, 7}, -4, 4}}, [](Values x) { return ctnn::sin(x[0]); });
constexpr Case cos(primitive::cos, {{{3, 7}, -4, 4}}, [](Values x) { return ctnn::cos(x[0]); });
constexpr Case tan(primitive::tan, {{{3, 7}, -1, 1}}, [](Values x) { return ctnn::tan(x[0]); });
constexpr Case asin(primitive::asin, {{{3, 7}, -0.75, 0.75}}, [](Values x) { return ctnn::asin(x[0]); });
constexpr Case acos(primitive::acos, {{{3, 7}, -0.75, 0.75}}, [](Values x) { return ctnn::acos(x[0]); });
constexpr Case atan(primitive::atan, {{{3, 7}, -3, 3}}, [](Values x) { return ctnn::atan(x[0]); });
constexpr Case atan2(primitive::atan2, {{{15}, 0.5, 2}, {{15}, -2, 2}},
                     [](Values x) { return ctnn::atan2(x[0], x[1]); });
constexpr Case sinh(primitive::sinh, {{{3, 7}, -2, 2}}, [](Values x) { return ctnn::sinh(x[0]); });
constexpr Case cosh(primitive::cosh, {{{3, 7}, -2, 2}}, [](Values x) { return ctnn::cosh(x[0]); });
constexpr Case asinh(primitive::asinh, {{{3, 7}, -3, 3}}, [](Values x) { return ctnn::asinh(x[0]); });
constexpr Case acosh(primitive::acosh, {{{3, 7}, 1.5, 4}}, [](Values x) { return ctnn::acosh(x[0]); });
constexpr Case atanh(primitive::atanh, {{{3, 7}, -0.75, 0.75}}, [](Values x) { return ctnn::atanh(x[0]); });

}  // namespace

TEST_CASE("laws of trigonometric functions", "[laws]") {
  check<sin, cos, tan, asin, acos, atan, atan2>();
}

TEST_CASE("laws of hyperbolic functions", "[laws]") {
  check<sinh, cosh, asinh, acosh, atanh>();
}

}  // namespace ctnn::test::laws
