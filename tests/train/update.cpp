#include <catch2/catch.hpp>
#include <ctnn.hpp>
#include <ctnn/train.hpp>
#include <limits>

/// Training steps that move parameters while their gradient is in registers.
namespace {

using namespace ctnn;

/// Each feature times a weight of its own.
struct Scale {
  static constexpr Value lower(Builder& builder, Value x) {
    const Extents sample = Builder::sample_shape(x);
    return x * broadcast(builder.parameter("weight", sample, ones, {.in = 1, .out = 1}), x.shape());
  }
};
/// One matrix twice.
struct Twice {
  static constexpr Value lower(Builder& builder, Value x) {
    const std::size_t n = Builder::sample_shape(x)[0];
    const Value weight = builder.parameter("weight", {n, n}, he_uniform, {.in = double(n), .out = double(n)});
    return matrix_product(matrix_product(x, weight, false, true), weight, false, true);
  }
};
/// The square root's slope at 0 is infinite.
struct Root {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value weight = builder.parameter("weight", {3}, ones, {.in = 1, .out = 1});
    return x + broadcast(sqrt(weight), x.shape());
  }
};

constexpr std::size_t features = 43;
template <class T>
using Dense = Model<Sequential<Linear<67>, ReLU, Linear<33>, Tanh, Linear<3>>, Shape<features>, T>;
template <class T>
using Scaled = Model<Sequential<Linear<2051>, Scale, Linear<3>>, Shape<features>, T>;
template <class T>
using Tied = Model<Sequential<Linear<61>, Twice, Linear<3>>, Shape<features>, T>;
template <class T>
using Rooted = Model<Sequential<Linear<67>, ReLU, Linear<3>, Root>, Shape<features>, T>;

/// How many of the parameters a training step moves at once.
template <class Net, std::size_t Batch>
constexpr std::size_t moved = LossGradient<Net, CrossEntropy, Batch>::program::moved_parameters.size();

static_assert(moved<Dense<float>, 1> == 2);
static_assert(moved<Dense<float>, 5> == 2);
// The first layer's gradient takes the scales' weights, whose own gradient comes before.
static_assert(moved<Scaled<float>, 1> == 2);
static_assert(moved<Tied<float>, 3> == 1);
static_assert(moved<Rooted<float>, 3> == 1);

template <class Net, std::size_t Batch>
struct Samples {
  using T = typename Net::value_type;
  std::vector<T> samples;
  std::vector<std::int32_t> targets;

  Samples() {
    Random random(Seed{5});
    for (std::size_t i = 0; i < Batch * features; ++i) samples.push_back(random.uniform(T(-1), T(1)));
    for (std::size_t i = 0; i < Batch; ++i) targets.push_back(static_cast<std::int32_t>(i % 3));
  }
};

template <class Optimizer>
bool remembers(const Optimizer& optimizer) {
  if constexpr (requires { optimizer.remembers(); })
    return optimizer.remembers();
  else
    return true;
}

/// Steps of a trainer are those of the gradient and of the optimizer's rule, a number at a time.
template <class Net, std::size_t Batch, class Optimizer>
void check_steps(const Optimizer& optimizer) {
  using T = typename Net::value_type;
  INFO("batch " << Batch << " of " << sizeof(T) << " bytes");
  const Samples<Net, Batch> data;
  Net model{Seed{1}}, expected{Seed{1}};
  Trainer<Net, CrossEntropy, Optimizer, Batch> trainer(model, optimizer);
  LossGradient<Net, CrossEntropy, Batch> gradient;
  std::vector<std::array<T, Optimizer::slots>> slots(Net::parameter_elements);
  for (std::size_t step = 1; step <= 3; ++step) {
    const T loss = gradient(expected, data.samples.data(), data.targets.data());
    const auto constants = optimizer.template at_step<T>(step, T(1));
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (!remembers(optimizer)) slots[i] = {};
      Optimizer::update(expected.parameters()[i], gradient.gradients()[i], slots[i], constants);
    }
    CHECK(trainer.step(data.samples.data(), data.targets.data()) == Approx(loss).epsilon(1e-5));
    double error = 0;
    for (std::size_t i = 0; i < slots.size(); ++i)
      error = std::max(error, double(std::abs(model.parameters()[i] - expected.parameters()[i])));
    // Adam divides by roots of what may be little more than rounding.
    const double factor = Optimizer::slots == 2 ? 1e3 : 10;
    CHECK(error <= factor * double(std::numeric_limits<T>::epsilon()));
    std::ranges::copy(expected.parameters(), model.parameters().begin());
  }
}

TEMPLATE_TEST_CASE("a step is the optimizer's rule for the gradient", "[train]", float, double) {
  const SGD plain{.learning_rate = 0.1},
      heavy{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true};
  const Adam adam{.learning_rate = 0.01, .epsilon = 1e-3, .weight_decay = 0.01};
  check_steps<Dense<TestType>, 1>(plain);
  check_steps<Dense<TestType>, 1>(heavy);
  check_steps<Dense<TestType>, 5>(plain);
  check_steps<Dense<TestType>, 5>(heavy);
  check_steps<Dense<TestType>, 1>(adam);
  check_steps<Dense<TestType>, 5>(adam);
}

TEST_CASE("a step moves no parameters that what follows reads", "[train]") {
  const SGD heavy{.learning_rate = 0.1, .momentum = 0.9};
  check_steps<Scaled<float>, 1>(heavy);
  check_steps<Scaled<float>, 3>(heavy);
  check_steps<Tied<float>, 3>(heavy);
}

/// A trainer after two steps, and the parameters before the last of them and after it.
template <std::size_t Batch>
struct Trained {
  using Net = Rooted<float>;
  Samples<Net, Batch> data;
  Net model{Seed{1}};
  Trainer<Net, CrossEntropy, SGD, Batch> trainer{model, SGD{.learning_rate = 0.1, .momentum = 0.5}};
  std::vector<float> before, after;

  Trained() {
    trainer.step(data.samples.data(), data.targets.data());
    before = parameters();
    trainer.step(data.samples.data(), data.targets.data());
    after = parameters();
  }
  std::vector<float> parameters() const { return {model.parameters().begin(), model.parameters().end()}; }
  bool step_is_finite() { return std::isfinite(trainer.step(data.samples.data(), data.targets.data())); }
};

TEMPLATE_TEST_CASE_SIG("what is not finite is taken back, bit for bit", "[train]",
                       ((std::size_t Batch), Batch), 1, 5) {
  Trained<Batch> trained;
  auto& [data, model, trainer, before, after] = trained;
  REQUIRE(before != after);
  auto first = model.template parameter<"0.weight">();

  SECTION("a loss takes the last step back") {
    data.samples.back() = std::numeric_limits<float>::quiet_NaN();
    for (int again = 0; again < 2; ++again) {
      CHECK_FALSE(trained.step_is_finite());
      CHECK(trained.parameters() == before);
    }
  }
  SECTION("the loss of no step takes the last step back, and a finite one nothing") {
    CHECK(std::isfinite(trainer.verify(data.samples.data(), data.targets.data())));
    CHECK(trained.parameters() == after);
    data.samples.back() = std::numeric_limits<float>::infinity();
    CHECK_FALSE(std::isfinite(trainer.verify(data.samples.data(), data.targets.data())));
    CHECK(trained.parameters() == before);
  }
  SECTION("a parameter's gradient takes the step back that moved the others") {
    model.template parameter<"3.weight">()[1] = 0;
    const std::vector<float> now = trained.parameters();
    CHECK_FALSE(trained.step_is_finite());
    CHECK(trained.parameters() == now);
  }
  SECTION("a single parameter takes its step back") {
    // The feature is too large for the step, but counts for nothing yet.
    const std::size_t feature = GENERATE(std::size_t{0}, features - 1);
    for (std::size_t unit = 0; unit < 67; ++unit) first[unit * features + feature] = 0;
    for (std::size_t i = 0; i < Batch; ++i) data.samples[i * features + feature] = 1e38f;
    trainer.learning_rate_scale = 1e4f;
    const std::vector<float> now = trained.parameters();
    CHECK_FALSE(trained.step_is_finite());
    CHECK(trained.parameters() == now);
    // And the optimizer has forgotten it.
    trainer.learning_rate_scale = 1;
    for (std::size_t i = 0; i < Batch; ++i) data.samples[i * features + feature] = 0;
    CHECK(trained.step_is_finite());
    CHECK(trained.step_is_finite());
  }
}

}  // namespace
