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
constexpr auto forward = ctnn::DerivativeMode::forward, reverse = ctnn::DerivativeMode::reverse;

constexpr auto adjoints = ctnn::vjp(matrix_product(W, v) * x)(ctnn::at(W = matrix, v = vector, x = 2), seed);
static_assert(adjoints[W](1, 3) == 3 * 2 * -2 && adjoints[W](2, 0) == 5 * 2 * 1);
static_assert(ctnn::vjp(x * y)(ctnn::at(x = 3, y = 7), 2)[x] == 14);

TEST_CASE("a seed times the Jacobian is the adjoint of the Jacobian times a direction") {
  const auto f = tanh(matrix_product(W, v) * x) + x;
  const auto at = ctnn::at(W = matrix, v = vector, x = 0.3);
  const ctnn::Tensor<double, 3, 4> along_matrix{1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6};
  const ctnn::Tensor<double, 4> along_vector{0.5, 0, -1, 1};
  const auto moved = ctnn::jvp(f)(at, ctnn::along(W = along_matrix, v = along_vector, x = 0.7));
  const auto by_variable = ctnn::vjp(f)(at, seed);
  double forward_sum = 0, reverse_sum = 0.7 * by_variable[x];
  for (std::size_t i = 0; i < 3; ++i) forward_sum += seed[i] * moved.tangent[i];
  for (std::size_t i = 0; i < 12; ++i) reverse_sum += by_variable[W][i] * along_matrix[i];
  for (std::size_t i = 0; i < 4; ++i) reverse_sum += by_variable[v][i] * along_vector[i];
  CHECK(forward_sum == Approx(reverse_sum).epsilon(1e-13));
}

// The mode of fewer operations, unless another is asked for.
static_assert(ctnn::jacobian(sum(v)).mode == reverse);
static_assert(ctnn::jacobian(outer(v * x, sin(v))).mode == forward);
constexpr auto products = matrix_product(W, v);
static_assert(ctnn::jacobian(products).mode == reverse && ctnn::jacobian<forward>(products).mode == forward);

// Element by element, one product shows the whole diagonal; two neighbours take two.
constexpr auto differences = square(slice<0, 1, 4>(v)) - slice<0, 0, 3>(v);
static_assert(ctnn::jacobian(exp(v)).colors == 1 && ctnn::jacobian<reverse>(exp(v)).colors == 1);
static_assert(ctnn::jacobian<forward>(differences).colors == 2);
constexpr auto bidiagonal = ctnn::jacobian(differences)(v = vector);
static_assert(bidiagonal[v] == ctnn::Tensor<double, 3, 4>{-1, -2, 0, 0, 0, -1, 4, 0, 0, 0, -1, -4});
// Rows of a product share no element of the matrix.
static_assert(ctnn::jacobian<reverse>(products).colors == 3);
constexpr auto by_matrix = ctnn::jacobian(products)(W = matrix, v = vector);
static_assert(by_matrix[v] == matrix && by_matrix[W](1, 1, 2) == 2 && by_matrix[W](1, 2, 2) == 0);

// What the seeds do not change is computed once, not for each product.
constexpr auto weighted = softmax(v) * exp(x);
static_assert(ctnn::jacobian<forward>(weighted).colors > 1);
using Split =
    ctnn::formula::SplitRoutine<ctnn::formula::JacobianColumns<std::remove_const_t<decltype(weighted)>>>;
template <class Part>
constexpr auto exponentials = std::ranges::count(Part::graph.nodes, &ctnn::primitive::exp,
                                                 &ctnn::Node::primitive);
static_assert(exponentials<Split::Prepare> == 2 && exponentials<Split::Product> == 0);

// Numbers.
constexpr auto polar = concat<0>(x * cos(y), x* sin(y));
static_assert(ctnn::jacobian(polar)(x = 2.0, y = 0.0)[y] == ctnn::Tensor<double, 2>{0, 2});
static_assert(ctnn::jacobian(x * x * y)(x = 3.0, y = 5.0)[x] == 30);
static_assert(std::is_same_v<decltype(ctnn::jacobian(x * y)(x = 3.0f, y = 5.0f)[x]), const float&>);

/// Compares a Jacobian with central differences, in both modes.
template <class F, class... B>
void check_jacobian(const F& f, const ctnn::formula::Point<B...>& at) {
  namespace formula = ctnn::formula;
  auto point = formula::movable_point(typename F::variables{}, at);
  const double* constants = formula::constants_of(f);
  const auto check = [&](const auto& jacobian) {
    std::vector<std::vector<double>> blocks;
    const auto append = [&]<class... V>(const auto& by_variable, boost::mp11::mp_list<V...>) {
      (formula::append(blocks.emplace_back(), by_variable[V{}]), ...);
    };
    append(std::apply([&](const B&... bound) { return jacobian(bound...); }, at.bindings),
           typename F::variables{});
    std::vector<double> values;
    const auto result = ctnn::compare_with_differences(
        point.movable(), {},
        [&] {
          values.clear();
          using Alone = formula::Run<formula::Evaluate<F>, double>;
          formula::append(values, std::get<0>(Alone::run(point.data(), constants)));
          return values;
        },
        [&](std::size_t variable, std::size_t element) {
          const std::size_t size = point[variable].size();
          std::vector<double> column;
          for (std::size_t i = element; i < blocks[variable].size(); i += size)
            column.push_back(blocks[variable][i]);
          return column;
        });
    INFO(result.variable << " " << result.element << ": " << result.analytic << " " << result.numerical);
    CHECK(result);
  };
  check(ctnn::jacobian<forward>(f));
  check(ctnn::jacobian<reverse>(f));
}

TEST_CASE("Jacobians are those of differences, in both modes") {
  check_jacobian(tanh(matrix_product(W, v) * x) + square(x), ctnn::at(W = matrix, v = vector, x = 0.3));
  check_jacobian(softmax(v) * exp(x), ctnn::at(v = vector, x = 0.3));
  check_jacobian(transpose(W) * x + outer(v, slice<0, 0, 3>(v)), ctnn::at(W = matrix, v = vector, x = 0.3));
  check_jacobian(cumulative_sum(v) * slice<0, 1, 2>(v), ctnn::at(v = vector));
  check_jacobian(convolve<ctnn::ConvolutionMode::same>(sin(v), slice<0, 0, 3>(v)), ctnn::at(v = vector));
  check_jacobian(norm(v), ctnn::at(v = vector));
  check_jacobian(x * sin(y) / x, ctnn::at(x = 0.3, y = 0.7));
  // What does not depend on a variable, or on any.
  check_jacobian(reshape<4>(floor(v)) + 0 * x,
                 ctnn::at(v = ctnn::Tensor<double, 4>{.5, .5, .5, .5}, x = 2.0));
}

}  // namespace
