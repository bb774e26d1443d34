// A network that learns while the program compiles: XOR with two inputs, four hidden units and one output.
// What is left at run time are its trained weights.
#include <ctnn/formula.hpp>
#include <iostream>

namespace xor_network {

constexpr ctnn::Variable<"W", ctnn::Shape<2, 4>> w;
constexpr ctnn::Variable<"b", ctnn::Shape<4>> b;
constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
constexpr ctnn::Variable<"c"> c;
constexpr ctnn::Variable<"inputs", ctnn::Shape<4, 2>> inputs;
constexpr ctnn::Variable<"targets", ctnn::Shape<4>> targets;

// The logits of four samples, and their mean cross-entropy.
constexpr auto logits = matrix_product(tanh(matrix_product(inputs, w) + b), v) + c;
constexpr auto loss = mean(softplus(logits) - targets * logits);

constexpr ctnn::Tensor<double, 4, 2> corners{0, 0, 0, 1, 1, 0, 1, 1};
constexpr ctnn::Tensor<double, 4> exclusive_or{0, 1, 1, 0};

struct Weights {
  ctnn::Tensor<double, 2, 4> w;
  ctnn::Tensor<double, 4> b, v;
  double c = 0;
};

constexpr Weights initial{
    {0.6, -0.4, 0.8, -0.7, -0.5, 0.9, 0.3, -0.6}, {0.1, -0.2, 0.3, 0.2}, {0.7, -0.5, 0.4, 0.6}};

constexpr Weights descend(Weights weights, std::size_t steps) {
  constexpr double learning_rate = 2;
  const auto move = [](auto& parameter, const auto& gradient) {
    for (std::size_t i = 0; i < parameter.size(); ++i) parameter[i] -= learning_rate * gradient[i];
  };
  for (std::size_t step = 0; step < steps; ++step) {
    const auto gradient = ctnn::gradient(loss, w, b, v, c)(
        w = weights.w, b = weights.b, v = weights.v, c = weights.c, inputs = corners, targets = exclusive_or);
    move(weights.w, gradient[w]);
    move(weights.b, gradient[b]);
    move(weights.v, gradient[v]);
    weights.c -= learning_rate * gradient[c];
  }
  return weights;
}

// Compilers limit the steps of one constant expression, so training is cut into several.
template <std::size_t Chunk>
constexpr Weights trained = descend(trained<Chunk - 1>, 10);
template <>
constexpr Weights trained<0> = initial;

constexpr ctnn::Tensor<double, 4> outputs(const Weights& weights) {
  return sigmoid(logits)(w = weights.w, b = weights.b, v = weights.v, c = weights.c, inputs = corners);
}

constexpr Weights weights = trained<10>;
constexpr auto probabilities = outputs(weights);
static_assert(probabilities[0] < 0.1 && probabilities[1] > 0.9 && probabilities[2] > 0.9 &&
              probabilities[3] < 0.1);

}  // namespace xor_network

int main() {
  using namespace xor_network;
  for (std::size_t i = 0; i < 4; ++i)
    std::cout << corners(i, 0) << " xor " << corners(i, 1) << ": " << probabilities[i] << '\n';
}
