#include <ctnn/losses.hpp>
#include <ctnn/optimizers/sgd.hpp>

#include "networks.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

template <std::size_t Depth>
struct Nested {
  using type = Residual<Sequential<Linear<8>, Tanh, typename Nested<Depth - 1>::type>>;
};
template <>
struct Nested<0> {
  using type = Identity;
};

}  // namespace

TEST_CASE("30 nested residual blocks compile without a flag, and learn", "[model]") {
  using Net = Model<Nested<30>::type, Shape<8>>;
  static_assert(Net::parameter_count == 30 * (8 * 8 + 8));
  Net model{Seed{1}};
  Trainer<Net, MeanSquaredError, SGD, 2> trainer(model, SGD{.learning_rate = 1e-3});
  const auto samples = numbers<float>(2 * 8, 100, 2.0), targets = numbers<float>(2 * 8, 101, 2.0);
  const float first = trainer.step(samples.data(), targets.data());
  float last = first;
  for (int i = 0; i < 20; ++i) last = trainer.step(samples.data(), targets.data());
  CHECK(std::isfinite(first));
  CHECK(last < first);
}
