#include <catch2/catch.hpp>
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>
#include <limits>

namespace {

using namespace ctnn;

template <class T>
using ImageNet = Model<Sequential<Conv2d<16, 5>, ReLU, MaxPool2d<2>, Flatten, Linear<32>, Tanh, Linear<3>>,
                       Shape<2, 16, 16>, T>;
using Net = ImageNet<float>;
using Images = Dataset<float, Shape<2, 16, 16>>;
constexpr std::size_t batch = 64, image = 2 * 16 * 16;

static_assert(chunk_size<Net, CrossEntropy, batch> == 16);
// Threads share out the optimizer's work, too.
static_assert(Net::parameter_elements > 1 << 14);

template <class T = float>
Dataset<T, Shape<2, 16, 16>> images(std::size_t count) {
  Random random(Seed{3});
  Dataset<T, Shape<2, 16, 16>> set;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < image; ++k)
      set.samples.push_back(random.uniform(T(-1), T(1)) + (k % 7 == i % 3 ? T(0.4) : T(0)));
    set.targets.push_back(static_cast<std::int32_t>(i % 3));
  }
  return set;
}

struct Run {
  std::vector<float> parameters;
  std::vector<double> losses;
  bool operator==(const Run&) const = default;
};

template <class Optimizer>
Run run(const Images& data, const Images& unseen, const Optimizer& optimizer, std::size_t threads) {
  Net net{Seed{1}};
  Run result;
  const TrainingLog log =
      fit<batch>(net, data, CrossEntropy{}, optimizer,
                 {.epochs = 3, .validation = &unseen, .report_every = 1, .threads = threads});
  for (const LogEntry& entry : log.entries) {
    result.losses.push_back(entry.training_loss);
    if (entry.validation_loss) result.losses.push_back(*entry.validation_loss);
  }
  result.parameters.assign(net.parameters().begin(), net.parameters().end());
  return result;
}

TEMPLATE_TEST_CASE("a run is the same with any number of threads, bit for bit", "", SGD, Adam) {
  // The last mini-batch has 22 samples: one chunk is whole, one short, and two are left out.
  const Images data = images(150), unseen = images(70);
  TestType optimizer{.learning_rate = 0.01};
  if constexpr (requires { optimizer.momentum; }) optimizer.momentum = 0.9;
  const Run expected = run(data, unseen, optimizer, 1);
  REQUIRE(expected.losses.size() == 3 * 3 + 3);
  CHECK(expected.losses[10] < expected.losses[0]);
  for (std::size_t threads : {1u, 2u, 3u, 8u, 0u}) {
    INFO(threads << " threads");
    CHECK(run(data, unseen, optimizer, threads) == expected);
  }
}

TEST_CASE("the gradient of a mini-batch in chunks is the mean of its samples' gradients") {
  using Precise = ImageNet<double>;
  using Whole = LossGradient<Precise, CrossEntropy, batch>;
  static_assert(Whole::chunks == 4);
  const auto data = images<double>(batch);
  Precise net{Seed{2}};
  Whole whole(2);
  LossGradient<Precise, CrossEntropy, 1> one;
  for (std::size_t count : {64u, 63u, 37u, 16u, 1u}) {
    INFO(count << " samples");
    const double loss = whole(net, data.samples.data(), data.targets.data(), count);
    double mean_loss = 0;
    std::vector<double> mean(Precise::parameter_elements);
    for (std::size_t i = 0; i < count; ++i) {
      mean_loss +=
          one(net, data.samples.data() + i * image, data.targets.data() + i) / static_cast<double>(count);
      for (std::size_t p = 0; p < mean.size(); ++p)
        mean[p] += one.gradients()[p] / static_cast<double>(count);
    }
    CHECK(loss == Approx(mean_loss).epsilon(1e-13));
    REQUIRE(whole.gradients().size() == mean.size());
    double error = 0;
    for (std::size_t p = 0; p < mean.size(); ++p)
      error = std::max(error, std::abs(whole.gradients()[p] - mean[p]));
    CHECK(error <= 1e-14);
  }
}

TEST_CASE("a loss that is not finite in any chunk takes the step back on all threads") {
  const Images good = images(3 * batch);
  const std::size_t sample = GENERATE(0u, 17u, 63u);
  Images data = good;
  data.samples[(2 * batch + sample) * image + 5] = std::numeric_limits<float>::quiet_NaN();
  std::vector<std::vector<float>> history;
  Net net{Seed{1}};
  FitOptions<Images> options{.shuffle = false, .threads = 3};
  options.on_progress = [&](const Progress&) {
    history.emplace_back(net.parameters().begin(), net.parameters().end());
  };
  CHECK_THROWS_AS(fit<batch>(net, data, CrossEntropy{}, SGD{.learning_rate = 0.1, .momentum = 0.9}, options),
                  NonFiniteLoss);
  REQUIRE(history.size() == 2);
  CHECK(std::ranges::equal(net.parameters(), history[0]));
}

TEST_CASE("a step that is not finite changes nothing, on all threads") {
  const Images data = images(batch);
  Net net{Seed{1}};
  Trainer<Net, CrossEntropy, SGD, batch> trainer(net, SGD{.learning_rate = 1e38, .momentum = 0.9}, 2);
  trainer.learning_rate_scale = 1e30f;
  const std::vector<float> before(net.parameters().begin(), net.parameters().end());
  CHECK_FALSE(std::isfinite(trainer.step(data.samples.data(), data.targets.data())));
  CHECK(std::ranges::equal(net.parameters(), before));
}

TEST_CASE("an evaluation is the same with any number of threads, bit for bit") {
  Images data = images(101);
  data.samples[40 * image] = std::numeric_limits<float>::quiet_NaN();
  const Net net{Seed{4}};
  const Metrics expected = evaluate<8>(net, data, CrossEntropy{});
  data.samples[40 * image] = 0;
  const Metrics clean = evaluate<8>(net, data, CrossEntropy{});
  data.samples[40 * image] = std::numeric_limits<float>::quiet_NaN();
  CHECK(std::isnan(expected.loss));
  for (std::size_t threads : {2u, 3u, 8u, 40u, 0u}) {
    INFO(threads << " threads");
    CHECK(evaluate<8>(net, data, CrossEntropy{}, {.threads = threads}).confusion == expected.confusion);
  }
  data.samples[40 * image] = 0;
  for (std::size_t threads : {2u, 3u, 8u, 40u, 0u}) {
    INFO(threads << " threads");
    const Metrics metrics = evaluate<8>(net, data, CrossEntropy{}, {.threads = threads});
    CHECK(metrics.loss == clean.loss);
    CHECK(metrics.confusion == clean.confusion);
  }
}

/// Subtracts the mean over the mini-batch.
struct Centered {
  static constexpr Value lower(Builder& builder, Value x) {
    if (builder.mode() == Mode::evaluate) return x;
    const Value weights = reshape(builder.sample_weights(), {builder.batch(), 1});
    return x - sum(x * weights, 0, 1) / sum(builder.sample_weights(), 0, 1);
  }
};
/// Keeps the last mini-batch's sum.
struct Seen {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value seen = builder.state("seen", Builder::sample_shape(x), zeros);
    if (builder.mode() == Mode::train) builder.update(seen, sum(x, 0, 1));
    return x;
  }
};
/// Weighs the samples' losses by the mean loss.
struct Relative {
  static constexpr ElementType target_type = ElementType::index;
  static constexpr Extents target(const Extents& prediction) { return CrossEntropy::target(prediction); }
  static constexpr Value lower(Builder& builder, Value prediction, Value target) {
    const Value losses = CrossEntropy::lower(builder, prediction, target);
    return losses * sum(losses * builder.sample_weights(), 0, 1);
  }
};
template <class Last>
using Ending = Model<Sequential<Conv2d<16, 5>, ReLU, MaxPool2d<2>, Flatten, Linear<32>, Last, Linear<3>>,
                     Shape<2, 16, 16>>;

TEST_CASE("what mixes the samples of a mini-batch, or updates states, sees all of it") {
  STATIC_REQUIRE(chunk_size<Ending<Tanh>, CrossEntropy, batch> == 16);
  STATIC_REQUIRE(chunk_size<Ending<Centered>, CrossEntropy, batch> == batch);
  STATIC_REQUIRE(chunk_size<Ending<Seen>, CrossEntropy, batch> == batch);
  STATIC_REQUIRE(chunk_size<Net, Relative, batch> == batch);
}

TEST_CASE("chunks are equal, at least 16 samples, at most 16 in number and worth their costs") {
  constexpr std::size_t much = 1 << 20;
  const auto chunk_of = [](std::size_t samples, std::size_t flops, std::size_t parameters,
                           std::size_t phases = 1) {
    return detail::chunk_of(samples, {flops, phases}, parameters);
  };
  CHECK(chunk_of(64, much, 0) == 16);
  CHECK(chunk_of(32, much, 0) == 16);
  CHECK(chunk_of(50, much, 0) == 25);
  CHECK(chunk_of(40, much, 0) == 20);
  CHECK(chunk_of(31, much, 0) == 31);
  CHECK(chunk_of(127, much, 0) == 127);
  CHECK(chunk_of(1024, much, 0) == 64);
  CHECK(chunk_of(128, much, 40 * much / 256) == 64);
  CHECK(chunk_of(128, much / 40, 0) == 64);
  CHECK(chunk_of(128, much, 0, 40) == 64);
  CHECK(chunk_of(128, 1, 0) == 128);
  CHECK(chunk_of(128, 0, 10) == 128);
}

}  // namespace
