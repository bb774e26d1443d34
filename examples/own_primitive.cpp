// Primitives of one's own, normal_distribution.hpp and cumulative_sum.hpp, in a network that is trained and
// frozen.
#include "cumulative_sum.hpp"
#include "normal_distribution.hpp"

#include <cmath>
#include <cstdio>
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

namespace own {

struct CumulativeSumLayer {
  static constexpr ctnn::Value lower(ctnn::Builder&, ctnn::Value x) { return cumulative_sum(x); }
};

}  // namespace own

using Integrator = ctnn::Sequential<ctnn::Linear<32>, own::Gelu, ctnn::Linear<16>, own::CumulativeSumLayer>;
using Net = ctnn::Model<Integrator, ctnn::Shape<16>>;

int main() {
  // A signal of 16 steps, and its integral.
  ctnn::Dataset<float, ctnn::Shape<16>, ctnn::Shape<16>> signals;
  ctnn::Random random(ctnn::Seed{1});
  for (int i = 0; i < 2000; ++i) {
    float total = 0;
    for (int step = 0; step < 16; ++step) {
      signals.samples.push_back(random.normal());
      signals.targets.push_back(total += signals.samples.back());
    }
  }

  Net net;
  const ctnn::TrainingLog log =
      ctnn::fit<8>(net, signals, ctnn::MeanSquaredError{}, ctnn::Adam{.learning_rate = 3e-3}, {.epochs = 10});
  for (const ctnn::LogEntry& entry : log.entries)
    std::printf("epoch %zu: loss %.4f\n", entry.epoch, entry.training_loss);

  ctnn::Engine engine{net};
  const Net::output_tensor integral = engine(Net::input_tensor{1, 1, 1, 1});
  std::printf("the integral of 1 over four steps: %.2f\n", static_cast<double>(integral[15]));
  return log.entries.back().training_loss < 0.2 && std::isfinite(integral[15]) ? 0 : 1;
}
