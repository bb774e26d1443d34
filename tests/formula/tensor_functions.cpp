#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/formula_tensors.hpp>

namespace {

using ctnn::ConvolutionMode;
using ctnn::Tensor;
constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
constexpr ctnn::Variable<"v", ctnn::Shape<5>> v;
constexpr ctnn::Variable<"k", ctnn::Shape<3>> k;
constexpr ctnn::Variable<"e", ctnn::Shape<2>> e;
constexpr ctnn::Variable<"z", ctnn::Shape<4>> z;
constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;

constexpr Tensor<double, 3, 4> matrix{1, 2, 3, -4, 5, 6, -7, 8, 9, -1, .5, .25};
constexpr Tensor<double, 5> vector{1, -2, 3, .5, -1.5};
constexpr Tensor<double, 3> kernel{2, -1, .25};
constexpr Tensor<double, 2> even{1, -3};

// NumPy's numbers.
static_assert(prod(W)(W = matrix) == -45360);
static_assert(prod<0>(W)(W = matrix) == Tensor<double, 4>{45, -12, -10.5, -8});
static_assert(prod<1>(W)(W = matrix) == Tensor<double, 3>{-24, -1680, -1.125});
static_assert(min<0>(W)(W = matrix) == Tensor<double, 4>{1, -1, -7, -4});
static_assert(min<1>(W)(W = matrix) == Tensor<double, 3>{-4, -7, -1});
static_assert(cumulative_sum(W)(W = matrix) ==
              Tensor<double, 3, 4>{1, 2, 3, -4, 6, 8, -4, 4, 15, 7, -3.5, 4.25});
static_assert(cumulative_sum<1>(W)(W = matrix) ==
              Tensor<double, 3, 4>{1, 3, 6, 2, 5, 11, 4, 12, 9, 8, 8.5, 8.75});
static_assert(slice<1, 1, 3>(W)(W = matrix) == Tensor<double, 3, 2>{2, 3, 6, -7, -1, .5});
static_assert(slice<0, 2, 3>(W)(W = matrix) == Tensor<double, 1, 4>{9, -1, .5, .25});
static_assert(concat<0>(v, x, 3, e)(v = vector, x = 7, e = even) ==
              Tensor<double, 9>{1, -2, 3, .5, -1.5, 7, 3, 1, -3});
static_assert(concat<1>(slice<1, 3, 4>(W), slice<1, 0, 1>(W))(W = matrix) ==
              Tensor<double, 3, 2>{-4, 1, 8, 5, .25, 9});

constexpr Tensor<double, 7> all{2, -5, 8.25, -2.5, -2.75, 1.625, -.375};
constexpr Tensor<double, 5> middle{-5, 8.25, -2.5, -2.75, 1.625};
constexpr Tensor<double, 3> inner{8.25, -2.5, -2.75};
static_assert(convolve(v, k)(v = vector, k = kernel) == all);
static_assert(convolve(k, v)(v = vector, k = kernel) == all);
static_assert(convolve<ConvolutionMode::same>(v, k)(v = vector, k = kernel) == middle);
static_assert(convolve<ConvolutionMode::same>(k, v)(v = vector, k = kernel) == middle);
static_assert(convolve<ConvolutionMode::valid>(v, k)(v = vector, k = kernel) == inner);
static_assert(convolve<ConvolutionMode::valid>(k, v)(v = vector, k = kernel) == inner);
static_assert(convolve(v, e)(v = vector, e = even) == Tensor<double, 6>{1, -5, 9, -8.5, -3, 4.5});
static_assert(convolve<ConvolutionMode::same>(v, e)(v = vector, e = even) ==
              Tensor<double, 5>{1, -5, 9, -8.5, -3});
static_assert(convolve<ConvolutionMode::valid>(v, e)(v = vector, e = even) ==
              Tensor<double, 4>{-5, 9, -8.5, -3});

TEST_CASE("what the compiler computes of tensors is what runs") {
  CHECK(prod<1>(W)(W = matrix) == Tensor<double, 3>{-24, -1680, -1.125});
  CHECK(min<0>(W)(W = matrix) == Tensor<double, 4>{1, -1, -7, -4});
  CHECK(cumulative_sum<1>(W)(W = matrix) == Tensor<double, 3, 4>{1, 3, 6, 2, 5, 11, 4, 12, 9, 8, 8.5, 8.75});
  CHECK(slice<1, 1, 3>(W)(W = matrix) == Tensor<double, 3, 2>{2, 3, 6, -7, -1, .5});
  CHECK(concat<0>(v, x, 3, e)(v = vector, x = 7, e = even) ==
        Tensor<double, 9>{1, -2, 3, .5, -1.5, 7, 3, 1, -3});
  CHECK(convolve(v, k)(v = vector, k = kernel) == all);
  CHECK(convolve<ConvolutionMode::same>(v, k)(v = vector, k = kernel) == middle);
  CHECK(convolve<ConvolutionMode::valid>(k, v)(v = vector, k = kernel) == inner);
  const Tensor<float, 5> of_floats{1, -2, 3, .5, -1.5};
  CHECK(cumulative_sum(v)(v = of_floats) == Tensor<float, 5>{1, -1, 2, 2.5, 1});
}

TEST_CASE("norms are of the order given") {
  const Tensor<double, 3> vector3{3, -4, 1};
  CHECK(norm<1>(k)(k = vector3) == 8);
  CHECK(norm(k)(k = vector3) == Approx(5.0990195135927845));
  CHECK(norm<3>(k)(k = vector3) == Approx(4.514357435474001));
  CHECK(norm<4>(k)(k = vector3) == Approx(4.287747230288912));
  const ctnn::Tensor<double, 3> zero{};
  CHECK(norm(k)(k = zero) == 0);
  CHECK(ctnn::gradient(norm(k))(k = zero)[k] == zero);
  CHECK(ctnn::gradient(norm<3>(k))(k = zero)[k] == zero);
  CHECK(std::isnan(norm(k)(k = ctnn::Tensor<double, 3>{0, NAN, 0})));
}

// The Hessian of a product times a direction: row i is the sum over j of d_j times the product of all but i
// and j. (PyTorch's prod says 0 for it where there are two zeros.)
constexpr Tensor<double, 4> direction{1, 10, 100, 1000};
constexpr auto product_twice(const Tensor<double, 4>& at) {
  return ctnn::hvp(prod(z))(ctnn::at(z = at), ctnn::along(z = direction))[z];
}

TEST_CASE("a product's derivatives are right at zeros") {
  constexpr Tensor<double, 4> one{2, 0, 3, -1}, two{2, 0, 0, -1}, three{0, 0, 0, 1};
  static_assert(ctnn::gradient(prod(z))(z = one)[z] == Tensor<double, 4>{0, -6, 0, 0});
  static_assert(ctnn::gradient(prod(z))(z = two)[z] == Tensor<double, 4>{0, 0, 0, 0});
  static_assert(product_twice(one) == Tensor<double, 4>{-30, -3 - 200 + 6000, -20, 60});
  static_assert(product_twice(two) == Tensor<double, 4>{0, -200, -20, 0});
  static_assert(product_twice(three) == Tensor<double, 4>{0, 0, 0, 0});
  CHECK(ctnn::gradient(prod(z))(z = one)[z] == Tensor<double, 4>{0, -6, 0, 0});
  CHECK(product_twice(one) == Tensor<double, 4>{-30, 5797, -20, 60});
  CHECK(product_twice(two) == Tensor<double, 4>{0, -200, -20, 0});
  for (const auto& at : {one, two, three}) {
    CHECK(ctnn::gradcheck(prod(z), ctnn::at(z = at)));
    CHECK(ctnn::gradgradcheck(prod(z), ctnn::at(z = at)));
  }
}

void check_derivatives(const auto& f, const auto& at) {
  CHECK(ctnn::gradcheck(f, at));
  CHECK(ctnn::gradgradcheck(f, at));
}

TEST_CASE("the functions of tensors have first and second derivatives") {
  check_derivatives(sum(sin(prod<1>(W))), ctnn::at(W = Tensor<double, 3, 4>(matrix)));
  check_derivatives(sum(square(min<0>(W)) * exp(slice<0, 0, 1>(W))), ctnn::at(W = matrix));
  check_derivatives(sum(tanh(concat<1>(slice<1, 1, 3>(W), cumulative_sum(W) * W))), ctnn::at(W = matrix));
  check_derivatives(norm<3>(cumulative_sum<1>(W)), ctnn::at(W = matrix));
  check_derivatives(prod(concat<0>(sin(x), y, x * y, e)), ctnn::at(x = 0.7, y = -1.2, e = even));
}

TEST_CASE("convolutions have first and second derivatives") {
  const auto at = ctnn::at(v = vector, k = kernel);
  check_derivatives(sum(sin(convolve(v, k * k))), at);
  check_derivatives(sum(exp(0.1 * convolve<ConvolutionMode::same>(v * v, k))), at);
  check_derivatives(prod(convolve<ConvolutionMode::valid>(k, v)), at);
  check_derivatives(sum(cos(convolve<ConvolutionMode::same>(v, e))), ctnn::at(v = vector, e = even));
}

}  // namespace
