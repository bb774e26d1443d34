// expect: no parameter `weights`: there is weight, bias
#include <ctnn.hpp>
#include <ctnn/train.hpp>

int main() {
  ctnn::Model<ctnn::Linear<1>, ctnn::Shape<1>> model;
  const auto [loss, gradient] =
      ctnn::value_and_gradient<ctnn::MeanSquaredError, 1>(model, std::array{1.0f}, std::array{1.0f});
  return gradient.parameter<"weights">()(0, 0) > 0;
}
