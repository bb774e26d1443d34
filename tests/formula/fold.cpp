#include <cmath>

#include "formula/loop_case.hpp"

namespace {

using namespace ctnn::test;
using ctnn::Tensor;

constexpr auto multiply_and_add = [](auto total, auto element) { return total * r + element; };

TEST_CASE("a fold goes along an axis") {
  // Horner's rule.
  constexpr auto polynomial = fold(0, multiply_and_add, v);
  static_assert(polynomial(v = vector, r = 2) == ((2 - 0.5) * 2 + 2) * 2 + 0.25);
  CHECK(polynomial(v = vector, r = 2) == 10.25);
  CHECK(ctnn::gradient(polynomial)(v = vector, r = 2)[v] == Tensor<double, 4>{8, 4, 2, 1});
  CHECK(ctnn::gradient(polynomial)(v = vector, r = 2)[r] == 3 * 4 - 0.5 * 2 * 2 + 2);
  check_derivatives(sin(fold(x * r, multiply_and_add, v * v)), ctnn::at(v = vector, r = 0.8, x = -0.3));

  // Two tensors side by side.
  const auto product = fold(
      0, [](auto total, auto a, auto b) { return total + a * b; }, v, exp(v));
  CHECK(product(v = vector) == Approx(dot(v, exp(v))(v = vector)).epsilon(1e-14));
  check_derivatives(product, ctnn::at(v = vector));
}

TEST_CASE("a scan keeps every state") {
  constexpr auto add = [](auto total, auto element) { return total + element; };
  constexpr auto sums = scan(0, add, v);
  static_assert(sums(v = vector) == Tensor<double, 4>{1, 0.5, 2.5, 2.75});
  CHECK(sums(v = vector) == cumulative_sum(v)(v = vector));
  const auto rows = scan<1>(0 * w, add, W);
  CHECK(rows(w = other, W = matrix) == cumulative_sum<1>(W)(W = matrix));
  const auto columns = scan<0>(0 * v, add, W);
  CHECK(columns(v = vector, W = matrix) == cumulative_sum<0>(W)(W = matrix));
  check_derivatives(sum(sin(scan(x, multiply_and_add, v))), ctnn::at(v = vector, r = 0.8, x = -0.3));
}

template <class F>
constexpr std::size_t count(F, const ctnn::Primitive& primitive) {
  std::size_t result = 0;
  for (const ctnn::Node& node : ctnn::formula::Routine<ctnn::formula::Evaluate<F>>::graph.nodes)
    result += node.primitive == &primitive;
  return result;
}

TEST_CASE("a scan of a number that is linear in it is a recurrence") {
  constexpr auto linear = scan(
      x,
      [](auto state, auto element) { return (element - state) / r + (2 - state) * exp(element) - (-state); },
      v);
  static_assert(count(linear, ctnn::primitive::linear_recurrence) == 1);
  static_assert(count(linear, ctnn::primitive::loop) == 0);
  const auto states = linear(v = vector, r = 0.8, x = -0.3);
  double total = -0.3;
  for (std::size_t i = 0; i < 4; ++i) {
    total = (vector[i] - total) / 0.8 + (2 - total) * std::exp(vector[i]) + total;
    CHECK(states[i] == Approx(total).epsilon(1e-14));
  }
  check_derivatives(sum(sin(linear)), ctnn::at(v = vector, r = 0.8, x = -0.3));

  constexpr auto curved = scan(
      x, [](auto state, auto element) { return r * state * (1 - state) + element; }, v);
  static_assert(count(curved, ctnn::primitive::linear_recurrence) == 0);
  check_derivatives(sum(sin(curved)), ctnn::at(v = vector, r = 0.8, x = -0.3));
}

}  // namespace
