#include <catch2/catch.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;
using primitive::matrix_product;

constexpr Case product(matrix_product, {{{3, 5}}, {{5, 7}}},
                       [](Values x) { return ctnn::matrix_product(x[0], x[1]); });
constexpr Case product_left(matrix_product, {{{5, 3}}, {{5, 7}}},
                            [](Values x) { return ctnn::matrix_product(x[0], x[1], true); });
constexpr Case product_right(matrix_product, {{{3, 5}}, {{7, 5}}},
                             [](Values x) { return ctnn::matrix_product(x[0], x[1], false, true); });
constexpr Case product_both(matrix_product, {{{5, 3}}, {{7, 5}}},
                            [](Values x) { return ctnn::matrix_product(x[0], x[1], true, true); });
constexpr Case product_batched(matrix_product, {{{2, 3, 5}}, {{2, 4, 5}}},
                               [](Values x) { return ctnn::matrix_product(x[0], x[1], false, true); });
constexpr Case product_of_itself(matrix_product, {{{3, 4}}},
                                 [](Values x) { return ctnn::matrix_product(x[0], x[0], false, true); });
constexpr Case product_one_column(matrix_product, {{{5, 7}}, {{7, 1}}, {{5, 1}}},
                                  [](Values x) { return ctnn::matrix_product(x[0], x[1]) * x[2]; });
constexpr Case product_one_row(matrix_product, {{{1, 7}}, {{9, 7}}, {{9}}}, [](Values x) {
  return ops::tanh(ctnn::matrix_product(x[0], x[1], false, true) + x[2]);
});

constexpr Case convolution(primitive::convolution, {{{2, 3, 5, 6}}, {{4, 3, 3, 3}}}, [](Values x) {
  return ctnn::convolution(x[0], x[1], {{3, 3}});
});
constexpr Case convolution_strided(primitive::convolution, {{{1, 2, 7, 6}}, {{3, 2, 3, 2}}}, [](Values x) {
  return ctnn::convolution(x[0], x[1], {{3, 2}, {2, 3}, {1, 0}});
});
constexpr Case convolution_padded(
    primitive::convolution, {{{2, 1, 4, 5}}, {{2, 1, 3, 3}}, {{2, 1, 1}}}, [](Values x) {
      return ops::relu(ctnn::convolution(x[0], x[1], {{3, 3}, {1, 1}, {1, 2}}) + x[2]);
    });
constexpr Case convolution_dilated(primitive::convolution, {{{1, 2, 7, 8}}, {{2, 2, 2, 3}}}, [](Values x) {
  return ctnn::convolution(x[0], x[1], {{2, 3}, {1, 1}, {1, 1}, {3, 2}});
});
constexpr Case convolution_grouped(primitive::convolution, {{{2, 4, 4, 5}}, {{6, 2, 2, 3}}}, [](Values x) {
  return ctnn::convolution(x[0], x[1], {{2, 3}}, 2);
});
constexpr Case convolution_by_channel(primitive::convolution, {{{1, 3, 5, 5}}, {{3, 1, 3, 3}}}, [](Values x) {
  return ctnn::convolution(x[0], x[1], {{3, 3}, {2, 2}, {1, 1}}, 3);
});
constexpr Case convolution_of_points(primitive::convolution, {{{2, 5, 3, 3}}, {{7, 5, 1, 1}}}, [](Values x) {
  return ctnn::convolution(x[0], x[1], {{1, 1}});
});

/// Of images [5, 6], with rows left over by the stride.
constexpr Attributes strided = detail::ConvolutionForm::attributes({{2, 3}, {2, 2}, {0, 1}}, 2, {5, 6});
constexpr Case input_adjoint(
    primitive::convolution_input_adjoint, {{{2, 4, 2, 3}}, {{4, 1, 2, 3}}}, [](Values x) {
      return x[0].builder->apply(primitive::convolution_input_adjoint, {x[0], x[1]}, strided);
    });
constexpr Case weight_adjoint(
    primitive::convolution_weight_adjoint, {{{2, 2, 5, 6}}, {{2, 4, 2, 3}}}, [](Values x) {
      return x[0].builder->apply(primitive::convolution_weight_adjoint, {x[0], x[1]}, strided);
    });
constexpr Case packed(
    primitive::packed_convolution, {{{2, 2, 5, 6}}, {{1, 2, 3, 4}}},
    [](Values x) {
      return x[0].builder->apply(primitive::packed_convolution, {x[0], x[1]}, strided);
    },
    false);

/// An odd number of rows, so that the last word has room.
template <WeightFormat Format>
constexpr Value in_words(Value weight) {
  return weight.builder->apply(primitive::pack_words, {weight},
                               {.integers = {static_cast<std::size_t>(Format)}});
}
template <WeightFormat Format>
constexpr Value narrow_product_of(Values x) {
  return x[0].builder->apply(primitive::narrow_matrix_product, {x[0], in_words<Format>(x[1])},
                             {.integers = {static_cast<std::size_t>(Format)}});
}
template <WeightFormat Format>
constexpr Value narrow_convolution_of(Values x) {
  Attributes attributes = detail::ConvolutionForm::attributes({{2, 3}, {2, 2}, {0, 1}}, 2, {5, 6});
  attributes.integers[11] = static_cast<std::size_t>(Format);
  return x[0].builder->apply(primitive::narrow_convolution, {x[0], in_words<Format>(x[1])}, attributes);
}
constexpr Case narrow_product(primitive::narrow_matrix_product, {{{3, 5}}, {{5, 18}}},
                              narrow_product_of<WeightFormat::bfloat16>, false);
constexpr Case narrow_product_of_integers(primitive::narrow_matrix_product, {{{3, 5}}, {{5, 18}, -128, 128}},
                                          narrow_product_of<WeightFormat::int8>, false);
constexpr Case narrow_convolution(primitive::narrow_convolution, {{{2, 6, 5, 6}}, {{3, 2, 3, 4}}},
                                  narrow_convolution_of<WeightFormat::bfloat16>, false);
constexpr Case narrow_convolution_of_integers(primitive::narrow_convolution,
                                              {{{2, 6, 5, 6}}, {{3, 2, 3, 4}, -128, 128}},
                                              narrow_convolution_of<WeightFormat::int8>, false);
constexpr Case words(primitive::pack_words, {{{3, 5}}, {{5, 18}}}, narrow_product_of<WeightFormat::bfloat16>,
                     false);

}  // namespace

TEST_CASE("laws of weights in words", "[laws]") {
  check<narrow_product, narrow_product_of_integers, narrow_convolution, narrow_convolution_of_integers,
        words>();
}

TEST_CASE("laws of matrix products", "[laws]") {
  check<product, product_left, product_right, product_both, product_batched, product_of_itself,
        product_one_column, product_one_row>();
}

TEST_CASE("laws of convolutions", "[laws]") {
  check<convolution, convolution_strided, convolution_padded, convolution_dilated, convolution_grouped,
        convolution_by_channel, convolution_of_points>();
}

TEST_CASE("laws of a convolution's adjoints as primitives", "[laws]") {
  check<input_adjoint, weight_adjoint, packed>();
}

TEST_CASE("a packed convolution is the convolution of the rearranged weight", "[laws]") {
  GraphBuilder builder;
  const Value x = input(builder, {2, 2, 5, 6}, {block::input, 0});
  const Value w = input(builder, {4, 1, 2, 3}, {block::parameters, 0});
  const Value y = ctnn::convolution(x, w, {{2, 3}, {2, 2}, {0, 1}}, 2);
  const Value operands[]{x, w};
  const Value fast = y.node().primitive->specialize({y, operands, strided}, 1);
  REQUIRE(fast.is(primitive::packed_convolution));
  const std::vector<double> image = drawn({x.shape()}, 1), weight = drawn({w.shape()}, 2);
  const auto values = interpret(builder.graph().view(), [&](const Node& node) {
    return (node.attributes.integers[0] == block::input ? image : weight).data();
  });
  CHECK(values[static_cast<std::size_t>(y.id)] == values[static_cast<std::size_t>(fast.id)]);
}

}  // namespace ctnn::test::laws
