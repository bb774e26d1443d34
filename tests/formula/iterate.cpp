#include <cmath>

#include "formula/loop_case.hpp"

namespace {

using namespace ctnn::test;
constexpr ctnn::Variable<"h"> h;
constexpr ctnn::Variable<"k"> k;

constexpr auto grow = [](auto y) { return r * y * (1 - y); };
constexpr auto logistic = iterate<3>(x, grow);
constexpr auto written_out = grow(grow(grow(x)));

static_assert(logistic(x = 0.25, r = 2) == written_out(x = 0.25, r = 2));
static_assert(iterate<1>(x, grow)(x = 0.25, r = 2) == 0.375);
constexpr auto apart(double a, double b) {
  return a < b ? b - a : a - b;
}
constexpr auto compiled = ctnn::value_and_gradient(logistic)(x = 0.3, r = 3.1);
constexpr auto compiled_long = ctnn::value_and_gradient(written_out)(x = 0.3, r = 3.1);
static_assert(apart(compiled.gradient[x], compiled_long.gradient[x]) < 1e-14);
static_assert(apart(compiled.gradient[r], compiled_long.gradient[r]) < 1e-14);
constexpr auto derivative_in_x = ctnn::derivative(logistic, x);
static_assert(apart(derivative_in_x(x = 0.3, r = 3.1), compiled_long.gradient[x]) < 1e-14);

TEST_CASE("an iterated step is the step written out, with all its derivatives") {
  const auto at = ctnn::at(x = 0.3, r = 3.1);
  CHECK(logistic(x = 0.3, r = 3.1) == Approx(written_out(x = 0.3, r = 3.1)).epsilon(1e-15));
  const auto [value, gradient] = ctnn::value_and_gradient(logistic)(x = 0.3, r = 3.1);
  CHECK(value == Approx(compiled.value).epsilon(1e-15));
  CHECK(gradient[x] == Approx(compiled.gradient[x]).epsilon(1e-14));
  CHECK(gradient[r] == Approx(compiled.gradient[r]).epsilon(1e-14));
  const auto second = ctnn::hessian(logistic)(x = 0.3, r = 3.1);
  const auto expected = ctnn::hessian(written_out)(x = 0.3, r = 3.1);
  CHECK(second(x, x) == Approx(expected(x, x)).epsilon(1e-13));
  CHECK(second(x, r) == Approx(expected(x, r)).epsilon(1e-13));
  CHECK(second(r, r) == Approx(expected(r, r)).epsilon(1e-13));
  // Reverse over forward, and forward over that.
  const auto mixed = ctnn::gradient(ctnn::derivative(logistic, r))(x = 0.3, r = 3.1);
  CHECK(mixed[x] == Approx(expected(x, r)).epsilon(1e-13));
  check_derivatives(ctnn::derivative(logistic, x), at);
  check_derivatives(iterate<20>(x, [](auto y) { return cos(y) * r; }), ctnn::at(x = 0.3, r = 0.7));
}

TEST_CASE("numbers of a step are read at the call, and floats give floats") {
  const double number = 0.75;
  const auto f = iterate<3>(x, [&](auto y) { return y * number + 2; });
  CHECK(f(x = 8.0) == ((8 * .75 + 2) * .75 + 2) * .75 + 2);
  const auto in_float = ctnn::value_and_gradient(f)(x = 8.0f);
  static_assert(std::is_same_v<decltype(in_float.value), float>);
  CHECK(in_float.value == 8);
  CHECK(in_float.gradient[x] == 0.421875f);
  // A step that forgets its state, and one that leaves it alone.
  CHECK(iterate<3>(x, [](auto) { return r; })(x = 8.0, r = 2.0) == 2);
  CHECK(ctnn::gradient(iterate<3>(x, [](auto) { return r; }))(x = 8.0, r = 2.0)[x] == 0);
  CHECK(iterate<3>(x, [](auto y) { return y; })(x = 8.0) == 8);
  CHECK(ctnn::iterate<3>(2, [](auto y) { return y * r; })(r = 3.0) == 54);
}

/// A swinging mass by Euler's method, from rest.
template <std::size_t Steps>
constexpr auto swing = iterate<Steps>(std::tuple(x, 0 * x), [](auto place, auto speed) {
  return std::tuple(place + h * speed, speed - h * k * sin(place));
});

TEST_CASE("several states move together") {
  const auto f = square(std::get<0>(swing<50>)) + std::get<1>(swing<50>);
  double place = 1.2, speed = 0;
  for (int i = 0; i < 50; ++i) {
    const double next = place + 0.02 * speed;
    speed -= 0.02 * 1.5 * std::sin(place);
    place = next;
  }
  CHECK(f(x = 1.2, h = 0.02, k = 1.5) == Approx(place * place + speed).epsilon(1e-14));
  check_derivatives(f, ctnn::at(x = 1.2, h = 0.02, k = 1.5));
  const auto gradient = ctnn::gradient(std::get<1>(swing<2>))(x = 1.2, h = 0.02, k = 1.5);
  CHECK(gradient[h] == Approx(-2 * 1.5 * std::sin(1.2)).epsilon(1e-14));
}

template <class Routine>
constexpr std::size_t count(const ctnn::Primitive& primitive) {
  std::size_t result = 0;
  for (const ctnn::Node& node : Routine::graph.nodes) result += node.primitive == &primitive;
  return result;
}
TEST_CASE("steps may be repeated in steps, and differentiate") {
  const auto nested =
      iterate<3>(x, [](auto y) { return sin(r * iterate<2>(y, [=](auto z) { return z * z - y; })); });
  double y = 0.4;
  for (int i = 0; i < 3; ++i) {
    const double z = y * y - y;
    y = std::sin(0.8 * (z * z - y));
  }
  CHECK(nested(x = 0.4, r = 0.8) == Approx(y).epsilon(1e-14));
  check_derivatives(nested, ctnn::at(x = 0.4, r = 0.8));

  // Newton's method for the square root of x, and the root's derivatives through its steps.
  constexpr auto root = iterate<6>(1 + 0 * x, [](auto z) {
    const auto f = z * z - x;
    return z - f / ctnn::derivative(f, z);
  });
  static_assert(apart(root(x = 2.0), 1.4142135623730951) < 1e-15);
  CHECK(ctnn::derivative(root, x)(x = 2.0) == Approx(0.5 / std::sqrt(2.0)).epsilon(1e-13));
  CHECK(ctnn::hessian(root)(x = 2.0)(x, x) == Approx(-0.25 / std::pow(2.0, 1.5)).epsilon(1e-12));
}

template <std::size_t Steps>
using Graph = ctnn::formula::Routine<
    ctnn::formula::ValueAndGradientRoutine<std::remove_const_t<decltype(iterate<Steps>(x, grow))>>>;

TEST_CASE("the number of steps does not change the size of a graph") {
  CHECK(Graph<1000>::graph.nodes.size() == Graph<10>::graph.nodes.size());
  CHECK(Graph<1000>::graph.nodes.size() < 30);
}

// One loop forward, whose history has the value, too; and one back.
static_assert(count<Graph<10>>(ctnn::primitive::loop) == 2);

}  // namespace
