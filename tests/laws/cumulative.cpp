#include <catch2/catch.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;
constexpr Direction backward = Direction::backward;

constexpr Case sum_rows(primitive::cumulative_sum, {{{6, 5}}},
                        [](Values x) { return cumulative_sum(x[0] * x[0], 1); });
constexpr Case sum_rows_backward(primitive::cumulative_sum, {{{2, 3, 9}}},
                                 [](Values x) { return cumulative_sum(x[0], 2, backward); });
constexpr Case sum_columns(primitive::cumulative_sum, {{{2, 5, 7}}},
                           [](Values x) { return cumulative_sum(x[0], 1); });
constexpr Case sum_columns_backward(primitive::cumulative_sum, {{{3, 11}}},
                                    [](Values x) { return cumulative_sum(x[0] * x[0], 0, backward); });

constexpr Case recurrence_rows(primitive::linear_recurrence, {{{5, 6}}, {{5, 6}}},
                               [](Values x) { return linear_recurrence(x[0], x[1], 1); });
constexpr Case recurrence_rows_backward(primitive::linear_recurrence, {{{4, 3}}, {{4, 3}}},
                                        [](Values x) { return linear_recurrence(x[0], x[1], 1, backward); });
constexpr Case recurrence_columns(primitive::linear_recurrence, {{{2, 5, 9}}, {{2, 5, 9}}},
                                  [](Values x) { return linear_recurrence(x[0], x[1], 1); });
constexpr Case recurrence_columns_backward(primitive::linear_recurrence, {{{7, 3}}, {{7, 3}}}, [](Values x) {
  return linear_recurrence(x[0], x[1] * x[1], 0, backward);
});

constexpr Case product_first(primitive::product, {{{5, 7}}}, [](Values x) { return product(x[0], 0, 1); });
constexpr Case product_middle(primitive::product, {{{3, 5, 7}, 0.5, 2}},
                              [](Values x) { return product(x[0] * x[0], 1, 2); });
constexpr Case product_last(primitive::product, {{{3, 17}, -1.5, 1.5}},
                            [](Values x) { return product(x[0], 1, 2); });
constexpr Case product_all(primitive::product, {{{3, 3}}}, [](Values x) { return product(x[0], 0, 2); });
constexpr Case product_of_two(primitive::product, {{{2}}}, [](Values x) { return product(x[0], 0, 1); });

}  // namespace

TEST_CASE("laws of cumulative sums", "[laws]") {
  check<sum_rows, sum_rows_backward, sum_columns, sum_columns_backward>();
}

TEST_CASE("laws of linear recurrences", "[laws]") {
  check<recurrence_rows, recurrence_rows_backward, recurrence_columns, recurrence_columns_backward>();
}

TEST_CASE("laws of products", "[laws]") {
  check<product_first, product_middle, product_last, product_all, product_of_two>();
}

}  // namespace ctnn::test::laws
