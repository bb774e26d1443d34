#include <ctnn/initializers/glorot.hpp>
#include <ctnn/initializers/he.hpp>
#include <ctnn/initializers/pytorch.hpp>
#include <ctnn/model/model.hpp>

#include "networks.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

template <class Net>
std::vector<typename Net::value_type> parameters_of(std::uint64_t seed) {
  const Net net{Seed{seed}};
  return {net.parameters().begin(), net.parameters().end()};
}

struct Moments {
  double mean = 0, variance = 0, largest = 0;
};
Moments moments(auto view) {
  Moments result;
  for (const auto element : view)
    result.mean += static_cast<double>(element) / static_cast<double>(view.size());
  for (const auto element : view) {
    const double distance = static_cast<double>(element) - result.mean;
    result.variance += distance * distance / static_cast<double>(view.size());
    result.largest = std::max(result.largest, std::abs(static_cast<double>(element)));
  }
  return result;
}

/// The weights of Linear<200> on 100 features, drawn by the initializer I.
template <Initializer I>
Moments drawn() {
  const Model<Linear<200, Initialize<I>>, Shape<100>, double> net{Seed{5}};
  return moments(net.template parameter<"weight">());
}

}  // namespace

static_assert(Tutorial<float>::parameter_count == 62'006);
static_assert(std::is_same_v<Tutorial<float>::output_shape, Shape<10>>);

TEST_CASE("the same seed draws the same parameters, another seed others", "[model]") {
  using Net = Model<Sequential<Linear<7>, ReLU, Linear<7>>, Shape<7>>;
  CHECK(parameters_of<Net>(1) == parameters_of<Net>(1));
  CHECK(parameters_of<Net>(1) != parameters_of<Net>(2));
  // Equal layers draw from streams of their own.
  const Net net{Seed{1}};
  const auto first = net.parameter<"0.weight">(), second = net.parameter<"2.weight">();
  CHECK(!std::equal(first.begin(), first.end(), second.begin(), second.end()));
}

TEST_CASE("parameters are drawn uniformly in PyTorch's bounds by default", "[model]") {
  const Tutorial<float> net{Seed{3}};
  const double fan_in[]{3 * 25, 6 * 25, 400, 120, 84};
  std::size_t index = 0;
  net.for_each_parameter([&](std::string_view name, auto view) {
    INFO(name);
    const auto drawn = moments(view);
    const double bound = 1 / std::sqrt(fan_in[index++ / 2]);
    CHECK(drawn.largest <= bound * 1.000001);
    if (view.size() < 400) return;
    CHECK(drawn.largest > 0.98 * bound);
    CHECK(std::abs(drawn.mean) < 0.15 * bound);
    CHECK(drawn.variance == Approx(bound * bound / 3).epsilon(0.1));
  });
}

TEST_CASE("Glorot's and He's initializers have their variances", "[model]") {
  // 20,000 weights: the standard error of a normal's variance is 1 %.
  const double glorot = 2.0 / (100 + 200), he = 2.0 / 100;
  CHECK(drawn<glorot_uniform>().variance == Approx(glorot).epsilon(0.04));
  CHECK(drawn<glorot_uniform>().largest <= std::sqrt(3 * glorot));
  CHECK(drawn<glorot_normal>().variance == Approx(glorot).epsilon(0.04));
  CHECK(drawn<he_normal>().variance == Approx(he).epsilon(0.04));
  CHECK(drawn<he_uniform>().variance == Approx(he).epsilon(0.04));
  CHECK(drawn<he_uniform>().largest <= std::sqrt(3 * he));
}

TEST_CASE("predictions of a batch are those of single calls", "[model]") {
  using Net = Model<Sequential<Conv2d<3, 3>, ReLU, MaxPool2d<2>, Flatten, Linear<5>>, Shape<2, 6, 6>>;
  constexpr std::size_t batch = 5, features = Net::input_tensor::size();
  const Net net{Seed{4}};
  const auto samples = numbers<float>(batch * features, 100, 2.0);
  std::vector<float> outputs(batch * 5);
  net.predict<batch>(samples.data(), outputs.data());
  for (std::size_t b = 0; b < batch; ++b) {
    Net::input_tensor sample;
    std::copy_n(samples.data() + b * features, features, sample.data());
    const auto single = net(sample);
    CHECK(relative_error<float>(std::span(outputs).subspan(b * 5, 5),
                                std::vector<double>(single.begin(), single.end())) <= 1e-6);
  }
}
