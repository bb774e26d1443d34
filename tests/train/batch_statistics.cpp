#include <catch2/catch.hpp>
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>
#include <limits>

namespace {

using namespace ctnn;

constexpr std::size_t batch = 48, image = 2 * 20 * 20;

/// Two normalisations have the same place, before and behind them is another. All is smooth, for differences.
template <class T>
using Net = Model<Sequential<Conv2d<16, 3>, BatchNorm2d<>, Tanh,
                             Residual<Sequential<Conv2d<16, 1, Bias<false>>, BatchNorm2d<Affine<false>>>,
                                      Sequential<Conv2d<16, 1, Bias<false>>, BatchNorm2d<>>>,
                             Tanh, AvgPool2d<2>, Flatten, Linear<5>, BatchNorm1d<Momentum<0.3>>>,
                  Shape<2, 20, 20>, T>;
using Chunked = LossGradient<Net<double>, CrossEntropy, batch>;
static_assert(Chunked::chunk == 16 && Chunked::chunks == 3);
// Of three normalisations, one after the other: mean, variance, and the adjoint of both.
static_assert(Chunked::program::phases == 10);

template <class T>
Dataset<T, Shape<2, 20, 20>> images(std::size_t count) {
  Random random(Seed{3});
  Dataset<T, Shape<2, 20, 20>> set;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < image; ++k)
      set.samples.push_back(random.uniform(T(-1), T(1)) + (k % 7 == i % 3 ? T(0.4) : T(0)));
    set.targets.push_back(static_cast<std::int32_t>(i % 3));
  }
  return set;
}

double distance(std::span<const double> a, std::span<const double> b) {
  REQUIRE(a.size() == b.size());
  double result = 0;
  for (std::size_t i = 0; i < a.size(); ++i) result = std::max(result, std::abs(a[i] - b[i]));
  return result;
}

/// The same mini-batch at once.
template <class Net, Loss Criterion>
struct Whole {
  using program = Program<TrainingGraph<Net, Criterion, batch>, double>;
  Net net;
  double loss = 0;
  std::vector<double> gradients = std::vector<double>(Net::parameter_elements);

  Whole(const Net& start, const Dataset<double, typename Net::input_shape>& data, std::size_t count)
      : net(start) {
    std::vector<double> weights(batch);
    std::fill_n(weights.begin(), count, 1.0);
    AlignedBuffer<std::byte> workspace(program::workspace_bytes);
    Blocks blocks = net.bind();
    blocks.bind(block::arena, workspace.data());
    blocks.bind(block::input, data.samples.data());
    blocks.bind(block::target, data.targets.data());
    blocks.bind(block::sample_weights, weights.data());
    blocks.bind(block::output, &loss);
    blocks.bind(block::gradients, gradients.data());
    program::run(blocks);
  }
};

template <Loss Criterion, class Net>
void check_chunks(Net net, const Dataset<double, typename Net::input_shape>& data, std::size_t threads) {
  LossGradient<Net, Criterion, batch> chunked(threads);
  for (std::size_t count : {48u, 47u, 33u, 32u, 16u, 3u}) {
    INFO(count << " samples");
    const Whole<Net, Criterion> whole(net, data, count);
    const double loss = chunked(net, data.samples.data(), data.targets.data(), count);
    CHECK(loss == Approx(whole.loss).epsilon(1e-13));
    CHECK(distance(chunked.gradients(), whole.gradients) <= 1e-13);
    CHECK(distance(net.states(), whole.net.states()) <= 1e-14);
  }
}

TEST_CASE("chunks of a mini-batch share its statistics", "[train]") {
  check_chunks<CrossEntropy>(Net<double>{Seed{2}}, images<double>(batch), 2);
}

TEST_CASE("the gradient through the statistics of chunks is that of differences", "[train]") {
  const auto data = images<double>(batch);
  Net<double> net{Seed{2}};
  Chunked chunked;
  const std::size_t count = 41;
  const auto loss = [&] { return chunked(net, data.samples.data(), data.targets.data(), count); };
  static_cast<void>(loss());
  const std::vector<double> gradient(chunked.gradients().begin(), chunked.gradients().end());
  double largest = 0;
  for (double g : gradient) largest = std::max(largest, std::abs(g));
  for (const TensorInfo& tensor : Net<double>::network::lowered.parameters) {
    INFO(Net<double>::network::lowered.text(tensor.name));
    const std::size_t i = tensor.offset + tensor.shape.elements() / 2;
    const double before = net.parameters()[i], step = 1e-5;
    net.parameters()[i] = before + step;
    const double above = loss();
    net.parameters()[i] = before - step;
    const double below = loss();
    net.parameters()[i] = before;
    CHECK(std::abs((above - below) / (2 * step) - gradient[i]) <= 1e-7 * largest);
  }
}

TEST_CASE("a run with batch statistics is the same with any number of threads, bit for bit", "[train]") {
  // The last mini-batch has 22 samples: one chunk is whole, one short, and one is left out.
  const auto data = images<float>(118), unseen = images<float>(50);
  const auto run = [&](std::size_t threads) {
    Net<float> net{Seed{1}};
    const TrainingLog log = fit<batch>(net, data, CrossEntropy{}, SGD{.learning_rate = 0.1, .momentum = 0.9},
                                       {.epochs = 3, .validation = &unseen, .threads = threads});
    std::vector<double> result{log.entries.front().training_loss, log.entries.back().training_loss,
                               log.entries.back().validation_loss.value()};
    result.insert(result.end(), net.parameters().begin(), net.parameters().end());
    result.insert(result.end(), net.states().begin(), net.states().end());
    const std::vector<float> outputs = predict<8>(net, unseen.samples, {.threads = threads});
    result.insert(result.end(), outputs.begin(), outputs.end());
    return result;
  };
  const std::vector<double> expected = run(1);
  CHECK(expected[1] < expected[0]);
  for (std::size_t threads : {2u, 3u, 8u, 0u}) {
    INFO(threads << " threads");
    CHECK(run(threads) == expected);
  }
}

TEST_CASE("a step whose loss is not finite in any chunk takes the states back", "[train]") {
  auto data = images<float>(batch);
  Net<float> net{Seed{1}};
  Trainer<Net<float>, CrossEntropy, SGD, batch> trainer(net, SGD{.learning_rate = 0.1}, 2);
  const std::vector<float> parameters(net.parameters().begin(), net.parameters().end());
  const std::vector<float> states(net.states().begin(), net.states().end());
  REQUIRE(std::isfinite(trainer.step(data.samples.data(), data.targets.data())));
  CHECK_FALSE(std::ranges::equal(net.states(), states));
  data.samples[GENERATE(0u, 17u, 47u) * image] = std::numeric_limits<float>::quiet_NaN();
  CHECK_FALSE(std::isfinite(trainer.step(data.samples.data(), data.targets.data())));
  CHECK(std::ranges::equal(net.parameters(), parameters));
  CHECK(std::ranges::equal(net.states(), states));
}

TEST_CASE("the variance of chunks holds where the mean is far larger than the deviations", "[train]") {
  using Images = Model<Sequential<BatchNorm2d<>, Conv2d<16, 9>>, Shape<1, 16, 16>>;
  LossGradient<Images, MeanSquaredError, 32> gradient;
  STATIC_REQUIRE(gradient.chunks == 2);
  Images net;
  std::vector<float> samples(32 * 256), targets(32 * Images::output_shape::elements);
  // The chunks' means differ, too: they are 10000.5 and 10001.5.
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = 10000 + static_cast<float>(i % 2) + static_cast<float>(i / (16 * 256));
  gradient(net, samples.data(), targets.data());
  const auto& states = Images::network::lowered.states;
  CHECK(net.states()[states[0].offset] == Approx(0.1 * 10001).epsilon(1e-6));
  CHECK(net.states()[states[1].offset] == Approx(0.9 + 0.1 * 0.5 * 8192 / 8191).epsilon(1e-6));
}

/// Divides by one more than the mean square over the mini-batch, which a state keeps.
struct Tamed {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value seen = builder.state("seen", Builder::sample_shape(x), zeros);
    const Value unchanged = builder.state("unchanged", {3}, ones);
    if (builder.mode() == Mode::evaluate) return x / (1.0 + seen) * sum(unchanged, 0, 1);
    const Value square = batch_mean(builder, x * x);
    builder.update(seen, 0.5 * seen + square);
    return x / (1.0 + square + 0.1 * seen);
  }
};
/// Keeps a number that no sample has a part in.
struct Steps {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value steps = builder.state("steps", {}, zeros);
    if (builder.mode() == Mode::train) builder.update(steps, steps + 1.0);
    return x;
  }
};
/// Has states that stay as they are.
struct Table {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value table = builder.state("table", {100}, ones);
    return x * sum(table, 0, 1);
  }
};
/// Weighs the samples' losses by the mean loss.
struct Relative {
  static constexpr ElementType target_type = ElementType::index;
  static constexpr Extents target(const Extents& prediction) { return CrossEntropy::target(prediction); }
  static constexpr Value lower(Builder& builder, Value prediction, Value target) {
    const Value losses = CrossEntropy::lower(builder, prediction, target);
    return losses * batch_mean(builder, losses);
  }
};

TEST_CASE("the statistics and states of layers and losses are those of the mini-batch", "[train]") {
  using Own = Model<Sequential<Conv2d<16, 5>, ReLU, MaxPool2d<4>, Flatten, Tamed, Steps, Linear<3>>,
                    Shape<2, 20, 20>, double>;
  STATIC_REQUIRE(LossGradient<Own, Relative, batch>::chunks == 3);
  const Own net{Seed{5}};
  check_chunks<Relative>(net, images<double>(batch), 1);
  check_chunks<Relative>(net, images<double>(batch), 3);
}

TEST_CASE("chunks that share nothing but states update them once", "[train]") {
  using Counting =
      Model<Sequential<Conv2d<16, 9>, Steps, Table, Flatten, Linear<3>>, Shape<2, 12, 12>, float>;
  LossGradient<Counting, CrossEntropy, batch> gradient(2);
  STATIC_REQUIRE(gradient.chunks == 3);
  STATIC_REQUIRE(LossGradient<Counting, CrossEntropy, batch>::program::phases == 1);
  Counting net;
  const std::vector<float> samples(batch * 2 * 12 * 12);
  const std::vector<std::int32_t> labels(batch);
  for (float step : {1.0f, 2.0f}) {
    gradient(net, samples.data(), labels.data());
    CHECK(net.states()[0] == step);
    CHECK(std::ranges::count(net.states(), 1.0f) == 100 + (step == 1));
  }
}

}  // namespace
