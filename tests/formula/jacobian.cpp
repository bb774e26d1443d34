#include <catch2/catch.hpp>
#include <ctnn/formula_tensors.hpp>

namespace {

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
constexpr ctnn::Tensor<double, 3, 4> matrix{.1, .2, .3, -.4, .5, .6, -.7, .8, .9, -1, .11, .12};
constexpr ctnn::Tensor<double, 4> vector{1, -1, 2, -2};
constexpr ctnn::Tensor<double, 3> seed{2, 3, 5};

constexpr auto adjoints = ctnn::vjp(matrix_product(W, v) * x)(ctnn::at(W = matrix, v = vector, x = 2), seed);
static_assert(adjoints[W](1, 3) == 3 * 2 * -2 && adjoints[W](2, 0) == 5 * 2 * 1);
static_assert(ctnn::vjp(x * y)(ctnn::at(x = 3, y = 7), 2)[x] == 14);

TEST_CASE("a seed times the Jacobian is the adjoint of the Jacobian times a direction") {
  const auto f = tanh(matrix_product(W, v) * x) + x;
  const auto at = ctnn::at(W = matrix, v = vector, x = 0.3);
  const ctnn::Tensor<double, 3, 4> along_matrix{1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6};
  const ctnn::Tensor<double, 4> along_vector{0.5, 0, -1, 1};
  const auto moved = ctnn::jvp(f)(at, ctnn::along(W = along_matrix, v = along_vector, x = 0.7));
  const auto reverse = ctnn::vjp(f)(at, seed);
  double forward_sum = 0, reverse_sum = 0.7 * reverse[x];
  for (std::size_t i = 0; i < 3; ++i) forward_sum += seed[i] * moved.tangent[i];
  for (std::size_t i = 0; i < 12; ++i) reverse_sum += reverse[W][i] * along_matrix[i];
  for (std::size_t i = 0; i < 4; ++i) reverse_sum += reverse[v][i] * along_vector[i];
  CHECK(forward_sum == Approx(reverse_sum).epsilon(1e-13));
}

constexpr auto forward = ctnn::DerivativeMode::forward, reverse = ctnn::DerivativeMode::reverse;

// Few outputs of many variables, and the other way about.
constexpr auto few = matrix_product(W, v);
constexpr auto many = outer(v * x, sin(v));
static_assert(ctnn::jacobian(sum(v)).mode == reverse && ctnn::jacobian(many).mode == forward);
static_assert(ctnn::jacobian(few).mode == reverse && ctnn::jacobian<forward>(few).mode == forward);

// Element by element, one product shows the whole diagonal.
static_assert(ctnn::jacobian(exp(v)).colors == 1 && ctnn::jacobian<reverse>(exp(v)).colors == 1);
constexpr auto diagonal = ctnn::jacobian(square(v))(v = vector);
static_assert(diagonal[v](1, 1) == -2 && diagonal[v](2, 2) == 4 && diagonal[v](1, 2) == 0);

constexpr auto second = ctnn::hessian(sum(exp(v)) * x + sum(square(v)))(v = vector, x = 2.0);
static_assert(second(v, v)(0, 0) > 7.43 && second(v, v)(0, 0) < 7.44 && second(v, v)(0, 1) == 0);
static_assert(second(x, v)[1] == second(v, x)[1] && second(x, x) == 0);

// Rosenbrock's function in 100 variables.
constexpr std::size_t size = 100;
constexpr ctnn::Variable<"z", ctnn::Shape<size>> z;
constexpr auto next = slice<0, 1, size>(z);
constexpr auto here = slice<0, 0, size - 1>(z);
constexpr auto rosenbrock = sum(100 * square(next - square(here)) + square(1 - here));
static_assert(ctnn::hessian(rosenbrock).colors == 3);

}  // namespace
