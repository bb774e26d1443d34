#include <catch2/catch.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;

constexpr Case add(primitive::add, {{{3, 7}}, {{3, 7}}}, [](Values x) { return x[0] + x[1]; });
constexpr Case subtract(primitive::subtract, {{{5, 1, 3}}, {{5, 1, 3}}},
                        [](Values x) { return x[0] - x[1]; });
constexpr Case multiply(primitive::multiply, {{{3, 1}}, {{1, 9}}}, [](Values x) { return x[0] * x[1]; });
constexpr Case square(primitive::multiply, {{{11}}}, [](Values x) { return x[0] * x[0]; });
constexpr Case divide(primitive::divide, {{{13}}, {{13}, 0.5, 2}}, [](Values x) { return x[0] / x[1]; });
constexpr Case negate(primitive::negate, {{{17}}}, [](Values x) { return -x[0]; });

constexpr Case less(primitive::less, {{{19}}, {{19}}}, [](Values x) { return ctnn::less(x[0], x[1]); });
constexpr Case less_equal(primitive::less_equal, {{{9}}, {{9}}},
                          [](Values x) { return ctnn::less_equal(x[0], x[1]); });
constexpr Case equal(primitive::equal, {{{5, 5}, 0, 3, ElementType::real}, {{5, 5}, 0, 3}},
                     [](Values x) { return ctnn::equal(x[0], x[1]); });
constexpr Case select_by_comparison(primitive::select, {{{21}}, {{21}}}, [](Values x) {
  return select(ctnn::less(x[0], x[1]), x[0] * x[1], x[1] * x[1]);
});
constexpr Case select_by_number(primitive::select, {{{5}}, {{3, 5}}, {{1, 5}}},
                                [](Values x) { return select(x[0], x[1] * x[2], x[2]); });

constexpr Case truth_in_arithmetic(primitive::less, {{{3, 7}}, {{7}}}, [](Values x) {
  const Value smaller = ctnn::less(x[0], x[1]);
  return ops::tanh(smaller + x[1]) * (2.0 - smaller) / (1.0 + ctnn::maximum(smaller, x[0] * x[0]));
});
constexpr Case truth_of_truths(primitive::equal, {{{19}}, {{19}}, {{19}}}, [](Values x) {
  const Value first = ctnn::less(x[0], x[1]), second = ctnn::less(x[1], x[2]);
  return select(ctnn::equal(first, second), first, second) * x[0] + select(first, second, x[1]);
});
constexpr Case truth_summed(primitive::less, {{{5, 7}}, {{5, 7}}},
                            [](Values x) { return sum(ctnn::less(x[0], x[1]), 1, 2) * sum(x[0], 1, 2); });
constexpr Case truth_moved(primitive::less, {{{5, 7}}, {{5, 7}}}, [](Values x) {
  const Value moved = transpose(reshape(ctnn::less(x[0], x[1]), {7, 5}), {1, 0});
  return broadcast(reshape(moved, {1, 35}), {2, 35}) + reshape(x[0], {1, 35});
});

constexpr Case exp(primitive::exp, {{{3, 7}, -3, 3}}, [](Values x) { return ctnn::exp(x[0]); });
constexpr Case log(primitive::log, {{{3, 7}, 0.25, 4}}, [](Values x) { return ctnn::log(x[0]); });
constexpr Case log1p(primitive::log1p, {{{3, 7}, -0.5, 4}}, [](Values x) { return ctnn::log1p(x[0]); });
constexpr Case sqrt(primitive::sqrt, {{{3, 7}, 0.25, 4}}, [](Values x) { return ctnn::sqrt(x[0]); });
constexpr Case tanh(primitive::tanh, {{{3, 7}, -3, 3}}, [](Values x) { return ops::tanh(x[0]); });
constexpr Case sigmoid(primitive::sigmoid, {{{3, 7}, -4, 4}}, [](Values x) { return ops::sigmoid(x[0]); });
constexpr Case abs(primitive::abs, {{{3, 7}}}, [](Values x) { return ctnn::abs(x[0]) * x[0]; });
constexpr Case sign(primitive::sign, {{{3, 7}}}, [](Values x) { return ctnn::sign(x[0]); });
constexpr Case relu(primitive::relu, {{{3, 7}}}, [](Values x) { return ops::relu(x[0]) * x[0]; });
constexpr Case maximum(primitive::maximum, {{{15}}, {{15}}},
                       [](Values x) { return ctnn::maximum(x[0], x[1]) * x[1]; });
constexpr Case minimum(primitive::minimum, {{{2, 3}}, {{3}}},
                       [](Values x) { return ctnn::minimum(x[0], x[1]); });
constexpr Case floor(primitive::floor, {{{3, 7}, -4, 4}}, [](Values x) { return ctnn::floor(x[0]) * x[0]; });
constexpr Case clamp(primitive::select, {{{13}}},
                     [](Values x) { return ctnn::clamp(x[0], -0.5, 0.25) * x[0]; });
constexpr Case softplus(primitive::softplus, {{{15}, -5, 5}}, [](Values x) { return ctnn::softplus(x[0]); });

}  // namespace

TEST_CASE("laws of arithmetic", "[laws]") {
  check<add, subtract, multiply, square, divide, negate>();
}

TEST_CASE("laws of comparisons", "[laws]") {
  check<less, less_equal, equal, select_by_comparison, select_by_number>();
}

TEST_CASE("laws of truth values in arithmetic", "[laws]") {
  check<truth_in_arithmetic, truth_of_truths, truth_summed, truth_moved>();
}

TEST_CASE("laws of elementwise functions", "[laws]") {
  check<exp, log, log1p, sqrt, tanh, sigmoid, abs, sign, relu, maximum, minimum, floor, clamp, softplus>();
}

}  // namespace ctnn::test::laws
