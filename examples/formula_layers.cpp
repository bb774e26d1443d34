// An activation and a loss of one's own, as formulas: their derivatives and loops are generated.
#include <cmath>
#include <ctnn.hpp>
#include <ctnn/layers_formula.hpp>
#include <ctnn/train.hpp>
#include <iostream>

namespace wave {

// An activation that learns functions that repeat. (Ziyin, Hartwig and Ueda, NeurIPS 2020.)
constexpr ctnn::Variable<"x"> x;
constexpr auto snake = x + square(sin(x));
using Layers = ctnn::Sequential<ctnn::Linear<16>, ctnn::Elementwise<snake>, ctnn::Linear<1>>;

// The quantile of the targets that lies above nine tenths of them.
constexpr ctnn::Variable<"prediction"> prediction;
constexpr ctnn::Variable<"target"> target;
constexpr auto error = target - prediction;
using Quantile = ctnn::ElementwiseLoss<max(0.9 * error, -0.1 * error)>;

using Net = ctnn::Model<Layers, ctnn::Shape<1>>;

}  // namespace wave

int main() {
  // A wave, and noise that is even in [0, 1).
  constexpr std::size_t batch = 64;
  wave::Net net{ctnn::Seed{1}};
  ctnn::Trainer<wave::Net, wave::Quantile, ctnn::Adam, batch> trainer(net,
                                                                      ctnn::Adam{.learning_rate = 3e-3f});
  ctnn::Random random(ctnn::Seed{2});
  std::array<float, batch> times{}, values{};
  const auto draw = [&] {
    for (std::size_t i = 0; i < batch; ++i) {
      times[i] = random.uniform(-3.0f, 3.0f);
      values[i] = std::sin(2 * times[i]) + random.uniform01<float>();
    }
  };
  for (int step = 0; step < 10'000; ++step) {
    draw();
    trainer.step(times.data(), values.data(), batch);
  }

  std::size_t below = 0, count = 0;
  for (int round = 0; round < 100; ++round) {
    draw();
    for (std::size_t i = 0; i < batch; ++i, ++count) below += values[i] < net({times[i]})[0];
  }
  const double share = static_cast<double>(below) / static_cast<double>(count);
  std::cout << "values below the prediction: " << share << ", of 0.9 expected\n";
  return share > 0.87 && share < 0.93 ? 0 : 1;
}
