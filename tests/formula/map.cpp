#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/formula_tensors.hpp>
#include <vector>

namespace {

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
constexpr auto f = exp(x * y) / (1 + square(x)) - 0.5 * select(x < y, x, y);

TEMPLATE_TEST_CASE("a formula at many points is the formula at each", "[formula]", float, double) {
  using T = TestType;
  for (const std::size_t count : {0u, 1u, 7u, 16u, 33u}) {
    std::vector<T> xs, ys;
    for (std::size_t i = 0; i < count; ++i) {
      xs.push_back(static_cast<T>(i) / 16 - 1);
      ys.push_back(static_cast<T>(0.3) - static_cast<T>(i) / 50);
    }
    // What lies behind the points must stay.
    std::vector<T> values(count + 1, 7), by_x(count + 1, 7), by_y(count + 1, 7);
    const auto room = [count](std::vector<T>& all) { return std::span<T>(all.data(), count); };

    ctnn::map(f)(room(values), x = xs, y = ys);
    for (std::size_t i = 0; i < count; ++i)
      CHECK(values[i] == Approx(f(x = xs[i], y = ys[i])).epsilon(8 * std::numeric_limits<T>::epsilon()));
    ctnn::map(f)(room(values), y = T(0.25), x = xs);
    for (std::size_t i = 0; i < count; ++i)
      CHECK(values[i] == Approx(f(x = xs[i], y = T(0.25))).epsilon(8 * std::numeric_limits<T>::epsilon()));

    ctnn::map(ctnn::value_and_gradient(f))(room(values), {room(by_x), room(by_y)}, x = xs, y = ys);
    for (std::size_t i = 0; i < count; ++i) {
      const auto expected = ctnn::value_and_gradient(f)(x = xs[i], y = ys[i]);
      const auto near = [](T number) {
        constexpr T epsilon = std::numeric_limits<T>::epsilon();
        return Approx(number).epsilon(32 * epsilon).margin(8 * epsilon);
      };
      CHECK(values[i] == near(expected.value));
      CHECK(by_x[i] == near(expected.gradient[x]));
      CHECK(by_y[i] == near(expected.gradient[y]));
    }
    CHECK(values[count] == 7);
    CHECK(by_x[count] == 7);
    CHECK(by_y[count] == 7);
  }
}

TEST_CASE("arrays are whatever has its numbers in a row, and gradients are by the variables that are named") {
  const std::vector<double> xs{-1, -0.5, 0.5}, ys{0.25, 1, 2};
  std::vector<double> values(3), by_x(3), by_y(3);
  ctnn::map(f)(values, x = xs, y = ys);
  CHECK(values[1] == Approx(f(x = -0.5, y = 1.0)).epsilon(1e-14));
  ctnn::map(ctnn::value_and_gradient(f, y, x))(values, {by_y, by_x}, x = xs, y = ys);
  const auto expected = ctnn::gradient(f)(x = -0.5, y = 1.0);
  CHECK(by_x[1] == Approx(expected[x]).epsilon(1e-14));
  CHECK(by_y[1] == Approx(expected[y]).epsilon(1e-14));
  double alone[3];
  ctnn::map(ctnn::value_and_gradient(f, y))(values, {alone}, x = xs, y = ys);
  CHECK(std::vector(alone, alone + 3) == by_y);
}

TEST_CASE("arrays of different sizes are refused") {
  std::vector<double> three(3), four(4);
  CHECK_THROWS_WITH(ctnn::map(f)(std::span(three), x = three, y = four),
                    "map: y has 4 elements for 3 points");
  CHECK_THROWS_WITH(
      ctnn::map(ctnn::value_and_gradient(f))(std::span(three), {three, four}, x = three, y = 1.0),
      "map: gradient 1 has room for 4 of 3 points");
}

}  // namespace
