#include <cmath>

#include "formula/loop_case.hpp"

namespace {

using namespace ctnn::test;
using ctnn::Tensor;

TEST_CASE("states may be tensors, and a step may take whole tensors from its formula") {
  const auto power = iterate<3>(w, [](auto y) { return tanh(matrix_product(W, v) * y + y); });
  auto expected = other;
  for (int i = 0; i < 3; ++i)
    for (std::size_t row = 0; row < 3; ++row) {
      double product = 0;
      for (std::size_t column = 0; column < 4; ++column) product += matrix(row, column) * vector[column];
      expected[row] = std::tanh(product * expected[row] + expected[row]);
    }
  const Tensor<double, 3> result = power(w = other, W = matrix, v = vector);
  for (std::size_t i = 0; i < 3; ++i) CHECK(result[i] == Approx(expected[i]).epsilon(1e-14).margin(1e-15));
  check_derivatives(sum(square(power)), ctnn::at(w = other, W = matrix, v = vector));
}

TEST_CASE("a fold goes over rows with a state of numbers and tensors") {
  const auto over_rows = fold<0>(
      std::tuple(x, v),
      [](auto number, auto state, auto row) {
        return std::tuple(number + 0.1 * dot(state, row), sin(state + number * row));
      },
      W);
  check_derivatives(std::get<0>(over_rows) + sum(std::get<1>(over_rows)),
                    ctnn::at(x = 0.3, v = vector, W = matrix));
}

}  // namespace
