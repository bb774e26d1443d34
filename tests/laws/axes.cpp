#include <catch2/catch.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;
using primitive::maximum_over_axes;

constexpr Case broadcast_leading(primitive::broadcast, {{{5}}}, [](Values x) {
  return ctnn::broadcast(x[0] * x[0], {3, 2, 5});
});
constexpr Case broadcast_middle(primitive::broadcast, {{{3, 1, 5}}, {{3, 2, 5}}}, [](Values x) {
  return ctnn::broadcast(x[0], {3, 2, 5}) * x[1];
});
constexpr Case broadcast_trailing(primitive::broadcast, {{{7, 1}}}, [](Values x) {
  return ctnn::broadcast(x[0], {2, 7, 9});
});
constexpr Case broadcast_scattered(primitive::broadcast, {{{3, 1, 2, 1}}, {{2, 1, 5, 1, 2}}}, [](Values x) {
  return ctnn::broadcast(x[0], {2, 3, 5, 2, 2}) * x[1];
});
constexpr Case broadcast_scalar(primitive::broadcast, {{Extents{}}, {{11}}},
                                [](Values x) { return x[0] * x[1]; });

constexpr Case sum_first(primitive::sum, {{{5, 7}}}, [](Values x) { return sum(x[0] * x[0], 0, 1); });
constexpr Case sum_middle(primitive::sum, {{{3, 5, 7}}}, [](Values x) { return sum(x[0], 1, 2); });
constexpr Case sum_last(primitive::sum, {{{3, 17}}}, [](Values x) { return sum(x[0], 1, 2); });
constexpr Case sum_several(primitive::sum, {{{2, 3, 5, 3}}}, [](Values x) { return sum(x[0], 1, 3); });
constexpr Case sum_all(primitive::sum, {{{3, 9}}}, [](Values x) { return sum(x[0] * x[0] * x[0], 0, 2); });
constexpr Case mean_first(primitive::sum, {{{7, 3}}}, [](Values x) { return mean(x[0], 0, 1); });

constexpr Case all_reduce(primitive::all_reduce, {{{3, 7}}},
                          [](Values x) { return ctnn::all_reduce(x[0] * x[0], 3); });

constexpr Case maximum_first(maximum_over_axes, {{{5, 7}}}, [](Values x) { return maximum(x[0], 0, 1); });
constexpr Case maximum_middle(maximum_over_axes, {{{3, 5, 7}}},
                              [](Values x) { return maximum(x[0] * x[0], 1, 2); });
constexpr Case maximum_last(maximum_over_axes, {{{3, 17}}}, [](Values x) { return maximum(x[0], 1, 2); });
constexpr Case maximum_several(maximum_over_axes, {{{2, 3, 5, 3}}},
                               [](Values x) { return maximum(x[0], 1, 4); });

constexpr Case log_sum_exp_last(primitive::sum, {{{3, 7}, -3, 3}},
                                [](Values x) { return log_sum_exp(x[0], 1); });
constexpr Case log_sum_exp_first(primitive::sum, {{{5, 3}, 90, 120}},
                                 [](Values x) { return log_sum_exp(x[0], 0); });
constexpr Case softmax_last(primitive::sum, {{{3, 7}, -3, 3}},
                            [](Values x) { return ops::softmax(x[0], 1); });
constexpr Case softmax_middle(primitive::sum, {{{2, 5, 3}, -3, 3}},
                              [](Values x) { return ops::softmax(x[0], 1); });

}  // namespace

TEST_CASE("laws of broadcasting", "[laws]") {
  check<broadcast_leading, broadcast_middle, broadcast_trailing, broadcast_scattered, broadcast_scalar>();
}

TEST_CASE("laws of reductions", "[laws]") {
  check<sum_first, sum_middle, sum_last, sum_several, sum_all, mean_first>();
  check<all_reduce>();
  check<maximum_first, maximum_middle, maximum_last, maximum_several>();
}

TEST_CASE("laws of log_sum_exp and softmax", "[laws]") {
  check<log_sum_exp_last, log_sum_exp_first, softmax_last, softmax_middle>();
}

}  // namespace ctnn::test::laws
