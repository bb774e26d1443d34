#include <catch2/catch.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;
constexpr ElementType index = ElementType::index;

constexpr Case reshape(primitive::reshape, {{{3, 10}}, {{5, 6}}}, [](Values x) {
  return ctnn::reshape(x[0], {5, 6}) * x[1];
});
constexpr Case stop_gradient(primitive::stop_gradient, {{{7}}, {{7}}},
                             [](Values x) { return ctnn::stop_gradient(less(x[0], x[1])); });
constexpr Case copy(primitive::copy, {{{13}}},
                    [](Values x) { return x[0].builder->apply(primitive::copy, {x[0] * x[0]}); });

constexpr Case transpose_matrix(primitive::transpose, {{{3, 7}}}, [](Values x) {
  return transpose(x[0] * x[0], {1, 0});
});
constexpr Case transpose_image(primitive::transpose, {{{2, 3, 5, 4}}}, [](Values x) {
  return transpose(x[0], {3, 1, 0, 2});
});
constexpr Case transpose_twice(primitive::transpose, {{{2, 3, 5}}}, [](Values x) {
  return transpose(transpose(x[0], {1, 2, 0}), {2, 1, 0});
});

constexpr Case slice(primitive::slice, {{{4, 5, 3}}}, [](Values x) {
  return ctnn::slice(x[0] * x[0], {1, 0, 2}, {3, 4, 1});
});
constexpr Case pad(primitive::pad, {{{2, 3}}}, [](Values x) {
  return ctnn::pad(x[0] * x[0], {1, 0}, {5, 4});
});

constexpr Case slice_rows(primitive::slice, {{{5, 4, 3}}}, [](Values x) {
  return ctnn::slice(x[0], {1, 0, 0}, {3, 4, 3});
});
constexpr Case slice_columns(primitive::slice, {{{6, 5}}}, [](Values x) {
  return ctnn::slice(x[0] * x[0], {0, 4}, {6, 1});
});
constexpr Case slice_vector(primitive::slice, {{{7}}}, [](Values x) { return ctnn::slice(x[0], {2}, {3}); });
constexpr Case pad_middle(primitive::pad, {{{2, 1, 3}}}, [](Values x) {
  return ctnn::pad(x[0], {0, 2, 0}, {2, 4, 3});
});
constexpr Case pad_everywhere(primitive::pad, {{{2, 2, 3}}}, [](Values x) {
  return ctnn::pad(x[0], {1, 2, 1}, {4, 5, 5});
});

constexpr Case concat_two(primitive::concat, {{{3, 2}}, {{3, 5}}}, [](Values x) { return concat(x, 1); });
constexpr Case concat_three(primitive::concat, {{{1, 3}}, {{4, 3}}, {{2, 3}}},
                            [](Values x) { return concat(x, 0); });
constexpr Case concat_ten(
    primitive::concat,
    {{{2, 1}}, {{2, 2}}, {{2, 1}}, {{2, 3}}, {{2, 1}}, {{2, 1}}, {{2, 1}}, {{2, 2}}, {{2, 1}}, {{2, 4}}},
    [](Values x) { return concat(x, 1) * 2.0; });

constexpr Case gather_last(primitive::gather, {{{3, 5}}, {{3, 7}, 0, 5, index}},
                           [](Values x) { return gather(x[0] * x[0], x[1], 1); });
constexpr Case gather_first(primitive::gather, {{{5, 3}}, {{2, 3}, 0, 5, index}},
                            [](Values x) { return gather(x[0], x[1], 0); });
constexpr Case gather_middle(primitive::gather, {{{2, 4, 3}}, {{2, 5, 3}, 0, 4, index}},
                             [](Values x) { return gather(x[0], x[1], 1); });
constexpr Case gather_by_view(primitive::gather, {{{3, 5}}, {{21}, 0, 5, index}}, [](Values x) {
  return gather(x[0], ctnn::stop_gradient(ctnn::reshape(x[1], {3, 7})), 1);
});
constexpr Case scatter_last(primitive::scatter_add, {{{3, 7}}, {{3, 7}, 0, 4, index}},
                            [](Values x) { return scatter_add(x[0] * x[0], x[1], 1, 4); });
constexpr Case scatter_first(primitive::scatter_add, {{{6, 2}}, {{6, 2}, 0, 3, index}},
                             [](Values x) { return scatter_add(x[0], x[1], 0, 3); });

constexpr Case fill(primitive::constant, {{{3, 5}}}, [](Values x) {
  return matrix_product(x[0], ctnn::constant(*x[0].builder, 0.75, {5, 3}));
});

}  // namespace

TEST_CASE("laws of views and copies", "[laws]") {
  check<reshape, stop_gradient, copy>();
}

TEST_CASE("laws of rearrangements", "[laws]") {
  check<transpose_matrix, transpose_image, transpose_twice, slice, slice_rows, slice_columns, slice_vector,
        pad, pad_middle, pad_everywhere, concat_two, concat_three, concat_ten>();
}

TEST_CASE("laws of gather and scatter_add", "[laws]") {
  check<gather_by_view, gather_last, gather_first, gather_middle, scatter_last, scatter_first>();
}

TEST_CASE("laws of constants in memory", "[laws]") {
  check<fill>();
}

}  // namespace ctnn::test::laws
