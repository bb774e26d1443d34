#include <catch2/catch.hpp>
#include <ctnn/formula_tensors.hpp>

namespace {

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
constexpr ctnn::Variable<"W", ctnn::Shape<2, 3>> W;
constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 2, 3> matrix{.1, .2, -.3, -.4, .5, .6};
constexpr ctnn::Tensor<double, 3> vector{1, -1, 2};

// x · |v|² + v0 v1
constexpr auto f = x * sum(square(v)) + sum(slice<0, 0, 1>(v) * slice<0, 1, 2>(v));
constexpr auto second = ctnn::hessian(f)(v = vector, x = 5.0);
static_assert(second(v, v) == ctnn::Tensor<double, 3, 3>{10, 1, 0, 1, 10, 0, 0, 0, 10});
static_assert(second(x, v) == ctnn::Tensor<double, 3>{2, -2, 4} && second(v, x) == second(x, v));
static_assert(second(x, x) == 0);

// The block of two variables, and of the same the other way round.
constexpr auto bilinear = ctnn::hessian(sum(matrix_product(W, v)))(W = matrix, v = vector);
static_assert(bilinear(W, v)(1, 2, 2) == 1 && bilinear(W, v)(1, 2, 1) == 0);
static_assert(bilinear(v, W)(2, 1, 2) == 1 && bilinear(v, W)(1, 1, 2) == 0);

/// Compares a Hessian with products of it, each with one direction, which gradgradcheck compares with
/// differences.
template <class F, class... B>
void check_hessian(const F& g, const ctnn::formula::Point<B...>& at) {
  CHECK(ctnn::gradgradcheck(g, at));
  namespace formula = ctnn::formula;
  using variables = typename F::variables;
  constexpr std::size_t count = boost::mp11::mp_size<variables>::value;
  auto point = formula::movable_point(variables{}, at);
  const auto hessian = std::apply([&](const B&... bound) { return ctnn::hessian(g)(bound...); }, at.bindings);
  using Product =
      formula::Run<formula::HvpRoutine<F, boost::mp11::mp_transform<formula::Along, variables>>, double>;
  std::vector<double> directions[count];
  const double* pointers[2 * count];
  for (std::size_t i = 0; i < count; ++i) {
    directions[i].assign(point[i].size(), 0);
    pointers[i] = point.data()[i];
    pointers[count + i] = directions[i].data();
  }
  const auto check = [&]<class... V>(boost::mp11::mp_list<V...>) {
    std::size_t i = 0;
    const auto check_rows = [&]<class U>(U) {
      for (std::size_t e = 0; e < U::shape::elements; ++e) {
        directions[i][e] = 1;
        std::vector<double> expected, row;
        std::apply([&](const auto&... part) { (formula::append(expected, part), ...); },
                   Product::run(pointers, formula::constants_of(g)));
        directions[i][e] = 0;
        const auto append_row = [&]<class U2>(U2 other) {
          std::vector<double> block;
          formula::append(block, hessian(U{}, other));
          constexpr std::size_t size = U2::shape::elements;
          row.insert(row.end(), block.begin() + static_cast<std::ptrdiff_t>(e * size),
                     block.begin() + static_cast<std::ptrdiff_t>((e + 1) * size));
        };
        (append_row(V{}), ...);
        REQUIRE(row.size() == expected.size());
        for (std::size_t k = 0; k < row.size(); ++k)
          CHECK(row[k] == Approx(expected[k]).epsilon(1e-12).margin(1e-14));
      }
      ++i;
    };
    (check_rows(V{}), ...);
  };
  check(variables{});
}

TEST_CASE("Hessians are those of differences") {
  check_hessian(sum(tanh(matrix_product(W, v) * x)), ctnn::at(W = matrix, v = vector, x = 0.3));
  check_hessian(log_sum_exp(v) * exp(x), ctnn::at(v = vector, x = 0.3));
  check_hessian(norm(v) + sum(exp(W)) * y, ctnn::at(v = vector, W = matrix, y = 0.5));
  check_hessian(prod(v) + max(square(v)), ctnn::at(v = vector));
}

// Rosenbrock's function in 100 variables: of each column's three entries no other column of its colour has
// one in the row.
constexpr std::size_t size = 100;
constexpr ctnn::Variable<"z", ctnn::Shape<size>> z;
constexpr auto next = slice<0, 1, size>(z);
constexpr auto here = slice<0, 0, size - 1>(z);
constexpr auto rosenbrock = sum(100 * square(next - square(here)) + square(1 - here));
static_assert(ctnn::hessian(rosenbrock).colors == 3);

TEST_CASE("the Hessian of Rosenbrock's function is tridiagonal") {
  ctnn::Tensor<double, size> point;
  for (std::size_t i = 0; i < size; ++i) point[i] = 0.5 + 0.01 * static_cast<double>(i % 17);
  const auto hessian = ctnn::hessian(rosenbrock)(z = point)(z, z);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      double expected = 0;
      if (i == j && i + 1 < size) expected += 1200 * point[i] * point[i] - 400 * point[i + 1] + 2;
      if (i == j && i > 0) expected += 200;
      if (i + 1 == j) expected = -400 * point[i];
      if (j + 1 == i) expected = -400 * point[j];
      if (expected == 0)
        CHECK(hessian(i, j) == 0);
      else
        CHECK(hessian(i, j) == Approx(expected).epsilon(1e-12));
    }
}

// A sum of which one element is in every term: two colours, where the columns alone would take all.
static_assert(ctnn::hessian(sum(slice<0, 0, 1>(z) * exp(z))).colors == 2);
// Full: as many as there are elements.
static_assert(ctnn::hessian(log_sum_exp(v)).colors == 3);

}  // namespace
