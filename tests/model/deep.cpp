#include <ctnn/losses.hpp>
#include <ctnn/optimizers/sgd.hpp>

#include "networks.hpp"

using namespace ctnn;
using namespace ctnn::test;

TEST_CASE("30 residual blocks compile without a flag, and learn", "[model]") {
  using Net = Model<Repeat<30, Residual<Sequential<Linear<16>, ReLU, Linear<16>>>>, Shape<16>>;
  static_assert(Net::parameter_count == 30 * 2 * (16 * 16 + 16));
  Net model{Seed{1}};
  Trainer<Net, MeanSquaredError, SGD, 2> trainer(model, SGD{.learning_rate = 1e-3});
  const auto samples = numbers<float>(2 * 16, 100, 2.0), targets = numbers<float>(2 * 16, 101, 2.0);
  const float first = trainer.step(samples.data(), targets.data());
  float last = first;
  for (int i = 0; i < 20; ++i) last = trainer.step(samples.data(), targets.data());
  CHECK(std::isfinite(first));
  CHECK(last < first);
}
