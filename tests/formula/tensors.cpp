#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/formula_tensors.hpp>

namespace {

constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
constexpr ctnn::Variable<"s"> s;

constexpr ctnn::Tensor<double, 3, 4> matrix{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
constexpr ctnn::Tensor<double, 4> vector{1, -1, 2, -2};

// Each row's product with the vector is -3.
constexpr auto loss = sum(square(matrix_product(W, v) * s));
static_assert(loss(W = matrix, v = vector, s = 0.5) == 6.75);
static_assert(ctnn::gradient(loss)(W = matrix, v = vector, s = 0.5)[s] == 27);

// By some of the variables, in any order.
constexpr auto by_two = ctnn::value_and_gradient(loss, s, v)(W = matrix, v = vector, s = 0.5);
static_assert(by_two.value == 6.75 && by_two.gradient[s] == 27);
static_assert(by_two.gradient[v] == ctnn::gradient(loss)(W = matrix, v = vector, s = 0.5)[v]);
static_assert(ctnn::gradient(loss, s)(W = matrix, v = vector, s = 0.5)[s] == 27);

TEST_CASE("a formula of tensors gives at run time what it gives while compiling") {
  constexpr auto expected = ctnn::value_and_gradient(loss)(W = matrix, v = vector, s = 0.5);
  const double half = 0.5;
  const auto [value, gradient] = ctnn::value_and_gradient(loss)(W = matrix, v = vector, s = half);
  CHECK(value == expected.value);
  CHECK(gradient[W] == expected.gradient[W]);
  CHECK(gradient[v] == expected.gradient[v]);
  CHECK(gradient[s] == expected.gradient[s]);
}

TEST_CASE("tensors are bound by view, and results are tensors") {
  double elements[4]{1, 2, 3, 4};
  const ctnn::TensorView<double, 4> view(elements);
  const ctnn::Tensor<double, 3, 4> rows = (W * v)(W = matrix, v = view);
  CHECK(rows(2, 3) == 48);
  elements[3] = 0;
  CHECK((W * v)(W = matrix, v = view)(2, 3) == 0);
  const ctnn::Tensor<double, 4, 4> products = outer(v, v)(v = view);
  CHECK(products(1, 2) == 6);
  CHECK(transpose(W)(W = matrix)(3, 2) == 12);
  CHECK(sum<0>(W)(W = matrix) == ctnn::Tensor<double, 4>{15, 18, 21, 24});
  CHECK(max<1>(W)(W = matrix) == ctnn::Tensor<double, 3>{4, 8, 12});
  CHECK(reshape<2, 6>(W)(W = matrix)(1, 0) == 7);
  CHECK(mean(W)(W = matrix) == 6.5);
  CHECK(norm(v)(v = view) == Approx(std::sqrt(14.0)));
}

TEST_CASE("softmax is the gradient of log-sum-exp") {
  const auto gradient = ctnn::gradient(log_sum_exp(v))(v = vector);
  const auto expected = softmax(v)(v = vector);
  for (std::size_t i = 0; i < 4; ++i) CHECK(gradient[v][i] == Approx(expected[i]).epsilon(1e-14));
  // A Hessian's row: p_i (1{i = j} - p_j).
  const ctnn::Tensor<double, 4> first{1, 0, 0, 0};
  const auto row = ctnn::hvp(log_sum_exp(v))(ctnn::at(v = vector), ctnn::along(v = first));
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(row[v][i] == Approx(expected[i] * ((i == 0) - expected[0])).epsilon(1e-13).margin(1e-16));
}

TEST_CASE("a tensor that ends with its expression is kept, and tensors decide what is computed in") {
  constexpr ctnn::Variable<"u", ctnn::Shape<3>> u;
  constexpr ctnn::Variable<"scale"> scale;
  constexpr auto f = scale * sum(square(u));
  const auto point = ctnn::at(u = ctnn::Tensor<double, 3>{1, 2, 3}, scale = 0.5);
  const auto direction = ctnn::along(u = ctnn::Tensor<double, 3>{1, 0, -1});
  CHECK(ctnn::jvp(f)(point, direction).tangent == -2);

  const auto in_float = f(u = ctnn::Tensor<float, 3>{1, 2, 3}, scale = 0.5);
  static_assert(std::is_same_v<decltype(in_float), const float>);
  CHECK(in_float == 7);
  static_assert(std::is_same_v<decltype(f(u = ctnn::Tensor<double, 3>{}, scale = 0.5f)), double>);
}

}  // namespace
