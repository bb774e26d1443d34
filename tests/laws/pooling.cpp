#include <catch2/catch.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;

constexpr Window halves{{2, 2}, {2, 2}}, overlapping{{3, 2}, {2, 1}}, padded{{3, 3}, {2, 2}, {1, 1}};
constexpr Attributes attributes = detail::ConvolutionForm::attributes(padded, 1, {5, 4});

constexpr Case max_pool(primitive::max_pool, {{{2, 3, 4, 6}}},
                        [](Values x) { return ctnn::max_pool(x[0], halves); });
constexpr Case max_pool_overlapping(primitive::max_pool, {{{1, 2, 5, 7}}},
                                    [](Values x) { return ctnn::max_pool(x[0] * x[0], overlapping); });
constexpr Case max_pool_padded(primitive::max_pool, {{{2, 1, 5, 7}, -3, -1}},
                               [](Values x) { return ctnn::max_pool(x[0], padded); });
constexpr Case average_pool(primitive::average_pool, {{{2, 3, 5, 6}}},
                            [](Values x) { return ctnn::average_pool(x[0] * x[0], halves); });
constexpr Case average_pool_padded(primitive::average_pool, {{{1, 2, 5, 7}}},
                                   [](Values x) { return ctnn::average_pool(x[0], padded); });
constexpr Case average_pool_adjoint(primitive::average_pool_adjoint, {{{2, 3, 3, 2}}}, [](Values x) {
  return x[0].builder->apply(primitive::average_pool_adjoint, {x[0] * x[0]}, attributes);
});
constexpr Case max_pool_tangent(primitive::max_pool_tangent, {{{2, 3, 5, 4}}, {{2, 3, 5, 4}}}, [](Values x) {
  return x[0].builder->apply(primitive::max_pool_tangent, {x[0], x[1] * x[1]}, attributes);
});
constexpr Case max_pool_adjoint(primitive::max_pool_adjoint, {{{2, 3, 5, 4}}, {{2, 3, 3, 2}}}, [](Values x) {
  return x[0].builder->apply(primitive::max_pool_adjoint, {x[0], x[1] * x[1]}, attributes);
});

}  // namespace

TEST_CASE("laws of pooling", "[laws]") {
  check<max_pool, max_pool_overlapping, max_pool_padded, average_pool, average_pool_padded,
        average_pool_adjoint, max_pool_tangent, max_pool_adjoint>();
}

TEST_CASE("max_pool is what its tangent picks, a NaN and the first of equals among them", "[laws]") {
  GraphBuilder builder;
  const Value x = input(builder, {1, 1, 4, 4}, {block::input, 0});
  const Value place = input(builder, {1, 1, 4, 4}, {block::input, 16});
  const Value largest = ctnn::max_pool(x, halves);
  const Value picked = jvp(std::span(&largest, 1), std::span(&x, 1), std::span(&place, 1))[0];
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double elements[]{1,   1,   -3, -2,  //
                          1,   0,   -2, -2,  //
                          5,   nan, 0,  0,   //
                          nan, 7,   0,  1};
  const double places[]{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const auto values = interpret(builder.graph().view(), [&](const Node& node) {
    return node.attributes.integers[1] == 0 ? elements : places;
  });
  CHECK(values[static_cast<std::size_t>(picked.id)] == std::vector<double>{0, 3, 12, 15});
  const auto& y = values[static_cast<std::size_t>(largest.id)];
  CHECK((y[0] == 1 && y[1] == -2 && y[2] != y[2] && y[3] == 1));
}

}  // namespace ctnn::test::laws
