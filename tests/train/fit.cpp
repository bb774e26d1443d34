#include <catch2/catch.hpp>
#include <fstream>
#include <limits>
#include <locale>
#include <train/small.hpp>

namespace {

using namespace ctnn;
using Options = FitOptions<Points>;

constexpr SGD optimizer{.learning_rate = 0.1, .momentum = 0.9};

/// Trains a fresh model; the weights that come of it.
std::vector<float> trained(const Points& data, const Options& options) {
  Small model{Seed{1}};
  fit<4>(model, data, CrossEntropy{}, optimizer, options);
  return weights_of(model);
}

template <class Exception, class Call>
std::string message(Call call) {
  try {
    call();
  } catch (const Exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST_CASE("fit takes the trainer's steps, with a shorter last mini-batch") {
  const Points data = points(10);
  Small model{Seed{1}}, stepped{Seed{1}};
  const TrainingLog log = fit<4>(model, data, CrossEntropy{}, optimizer, {.shuffle = false});

  Trainer<Small, CrossEntropy, SGD, 4> trainer(stepped, optimizer);
  const float first = trainer.step(data.samples.data(), data.targets.data());
  const float second = trainer.step(data.samples.data() + 16, data.targets.data() + 4);
  // The padding of the last one is other samples: they must not count.
  std::vector<float> samples(data.samples.begin() + 32, data.samples.end());
  std::vector<std::int32_t> targets(data.targets.begin() + 8, data.targets.end());
  samples.resize(16, 1e6f);
  targets.resize(4, 2);
  const float third = trainer.step(samples.data(), targets.data(), 2);

  CHECK(weights_of(model) == weights_of(stepped));
  REQUIRE(log.entries.size() == 1);
  CHECK(log.entries[0].samples == 10);
  CHECK(log.entries[0].mini_batch == 3);
  CHECK(log.entries[0].training_loss == Approx((4 * first + 4 * second + 2 * third) / 10));
  CHECK(log.entries[0].seconds > 0);
  CHECK(log.samples_per_second() == Approx(10 / log.entries[0].seconds));
}

TEST_CASE("a short mini-batch has the gradient of its samples alone") {
  const Points data = points(2);
  Small model{Seed{3}};
  std::vector<float> samples(data.samples);
  std::vector<std::int32_t> targets(data.targets);
  samples.resize(16, -50.0f);
  targets.resize(4, 1);
  LossGradient<Small, CrossEntropy, 4> padded;
  const float loss = padded(model, samples.data(), targets.data(), 2);
  const auto [expected, gradient] = value_and_gradient<CrossEntropy, 2>(model, data.samples, data.targets);
  CHECK(loss == Approx(expected));
  for (std::size_t i = 0; i < gradient.elements().size(); ++i)
    CHECK(padded.gradients()[i] == Approx(gradient.elements()[i]).margin(1e-6));
}

TEST_CASE("the order of samples depends on the seed and the epoch alone") {
  const Points data = points(30);
  CHECK(trained(data, {.epochs = 3, .seed = Seed{5}}) == trained(data, {.epochs = 3, .seed = Seed{5}}));
  CHECK(trained(data, {.epochs = 3, .seed = Seed{5}}) != trained(data, {.epochs = 3, .seed = Seed{6}}));
  CHECK(trained(data, {.epochs = 3, .seed = Seed{5}}) != trained(data, {.epochs = 3, .shuffle = false}));

  // A shuffled epoch is the same as an unshuffled one over the shuffled data.
  std::vector<std::size_t> order(data.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(Seed{5}, 1).shuffle(std::span(order));
  Points shuffled;
  for (std::size_t i : order) {
    shuffled.samples.insert(shuffled.samples.end(), data.sample(i).begin(), data.sample(i).end());
    shuffled.targets.push_back(data.targets[i]);
  }
  CHECK(trained(data, {.seed = Seed{5}}) == trained(shuffled, {.shuffle = false}));
}

TEST_CASE("training learns") {
  const Points data = points(60), test = points(30, 8);
  Small model{Seed{1}};
  const TrainingLog log = fit<4>(model, data, CrossEntropy{}, optimizer, {.epochs = 10, .validation = &test});
  CHECK(log.entries.back().training_loss < 0.3 * log.entries.front().training_loss);
  CHECK(log.entries.back().validation_accuracy.value() >= 0.9);
}

TEST_CASE("validation is the evaluation at the end of each epoch") {
  const Points data = points(20), test = points(9, 8);
  Small model{Seed{1}};
  std::vector<Metrics> expected;
  const auto entries = fit<4>(model, data, CrossEntropy{}, optimizer,
                              {.epochs = 2,
                               .validation = &test,
                               .report_every = 2,
                               .on_progress =
                                   [&](const Progress& now) {
                                     if (now.mini_batch == now.mini_batches)
                                       expected.push_back(evaluate<4>(model, test, CrossEntropy{}));
                                   }})
                           .entries;
  REQUIRE(entries.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    const bool last = i % 3 == 2;
    CHECK(entries[i].epoch == i / 3 + 1);
    CHECK(entries[i].validation_loss.has_value() == last);
    CHECK(entries[i].validation_accuracy.has_value() == last);
    if (last) {
      CHECK(*entries[i].validation_loss == expected[i / 3].loss);
      CHECK(*entries[i].validation_accuracy == *expected[i / 3].accuracy());
    }
  }
}

TEST_CASE("reports come every so many mini-batches and at an epoch's end") {
  const Points data = points(26);  // 7 mini-batches
  Small model;
  const auto reported = [&](std::size_t every) {
    std::vector<std::size_t> at;
    for (const LogEntry& e :
         fit<4>(model, data, CrossEntropy{}, optimizer, {.epochs = 2, .report_every = every}).entries)
      at.push_back(e.mini_batch);
    return at;
  };
  CHECK(reported(0) == std::vector<std::size_t>{7, 7});
  CHECK(reported(3) == std::vector<std::size_t>{3, 6, 7, 3, 6, 7});
  CHECK(reported(7) == std::vector<std::size_t>{7, 7});
  CHECK(reported(100) == std::vector<std::size_t>{7, 7});
}

TEST_CASE("fit calls back, and stops when a report says so") {
  const Points data = points(26);
  Small model;
  std::vector<Progress> seen;
  std::vector<double> losses;
  const TrainingLog log = fit<4>(model, data, CrossEntropy{}, optimizer,
                                 {.epochs = 5,
                                  .report_every = 3,
                                  .on_report =
                                      [&](const LogEntry& entry) {
                                        losses.push_back(entry.training_loss);
                                        return losses.size() < 4;
                                      },
                                  .on_progress = [&](const Progress& now) { seen.push_back(now); }});
  REQUIRE(log.entries.size() == 4);
  REQUIRE(seen.size() == 10);  // seven mini-batches, then three of the second epoch
  CHECK(seen[6].mini_batch == 7);
  CHECK(seen[6].samples == 26);
  CHECK(seen.back().epoch == 2);
  CHECK(seen.back().epochs == 5);
  CHECK(seen.back().mini_batch == 3);
  CHECK(seen.back().mini_batches == 7);
  CHECK(seen.back().samples == 38);
  CHECK(seen.back().training_loss == losses.back());
}

TEST_CASE("no epochs change nothing") {
  Small model{Seed{1}};
  CHECK(fit<4>(model, points(4), CrossEntropy{}, optimizer, {.epochs = 0}).entries.empty());
  CHECK(weights_of(model) == weights_of(Small{Seed{1}}));
}

TEST_CASE("a loss that is not finite stops training with the weights of the last finite loss") {
  const Points good = points(20);
  const auto not_a_number = std::numeric_limits<float>::quiet_NaN();
  const std::size_t mini_batch = GENERATE(1u, 2u, 4u, 5u);
  Points data = good;
  data.samples[16 * (mini_batch - 1) + 5] = not_a_number;

  Small model{Seed{1}};
  std::vector<std::vector<float>> history{weights_of(model)};
  Options options{.report_every = 2, .shuffle = false};
  options.on_progress = [&](const Progress&) { history.push_back(weights_of(model)); };
  try {
    fit<4>(model, data, CrossEntropy{}, optimizer, options);
    FAIL("training went on");
  } catch (const NonFiniteLoss& error) {
    CHECK_THAT(error.what(),
               Catch::StartsWith("training stopped at mini-batch " + std::to_string(mini_batch) +
                                 " of epoch 1: its loss or its step is not finite"));
    CHECK(error.log.entries.size() == (mini_batch - 1) / 2);
  }
  // The last finite loss was that of the mini-batch before, with the weights that its step began from.
  CHECK(history.size() == mini_batch);
  CHECK(weights_of(model) == history[mini_batch < 2 ? 0 : mini_batch - 2]);
}

TEST_CASE("a learning rate that is far too high leaves finite weights") {
  Small model{Seed{1}};
  const Points data = points(30);
  CHECK_THROWS_AS(
      fit<4>(model, data, CrossEntropy{}, SGD{.learning_rate = 1e38, .momentum = 0.9}, {.epochs = 20}),
      NonFiniteLoss);
  for (float weight : model.parameters()) REQUIRE(std::isfinite(weight));
  CHECK(std::isfinite(evaluate<4>(model, data, CrossEntropy{}).loss));
}

/// Counts its training steps, and keeps the mean of its input. The square root's slope at 0 is infinite.
struct Root {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value weight = builder.parameter("weight", {3}, ones, {.in = 1, .out = 1});
    const Value seen = builder.state("seen", {4}, zeros);
    builder.counter("steps");
    if (builder.mode() == Mode::train) builder.update(seen, seen + sum(x, 0, 1));
    return slice(x, {0, 0}, {builder.batch(), 3}) + sqrt(weight);
  }
};
using Rooted = Model<Root, Shape<4>>;

struct Contents {
  std::vector<float> parameters, states;
  std::vector<std::int64_t> counters;

  explicit Contents(const Rooted& model)
      : parameters(model.parameters().begin(), model.parameters().end()),
        states(model.states().begin(), model.states().end()),
        counters(model.counters().begin(), model.counters().end()) {}
  bool operator==(const Contents&) const = default;
};

TEST_CASE("a gradient that is not finite changes nothing, though its loss is finite") {
  const Points data = points(8);
  Rooted model;
  Trainer<Rooted, CrossEntropy, SGD, 4> trainer(model, optimizer);
  REQUIRE(std::isfinite(trainer.step(data.samples.data(), data.targets.data())));
  model.parameter<"weight">()[0] = 0;
  const Contents before(model);
  REQUIRE(before.counters == std::vector<std::int64_t>{1});
  CHECK_FALSE(std::isfinite(trainer.step(data.samples.data(), data.targets.data())));
  CHECK(Contents(model) == before);
  // Nothing of it stays in the optimizer either.
  model.parameter<"weight">()[0] = 1;
  CHECK(std::isfinite(trainer.step(data.samples.data(), data.targets.data())));
  CHECK(model.counters()[0] == 2);
  model.parameter<"weight">()[0] = 0;
  const Contents last(model);
  CHECK_THROWS_AS(fit<8>(model, data, CrossEntropy{}, optimizer), NonFiniteLoss);
  CHECK(Contents(model) == last);
}

TEST_CASE("a loss that is not finite takes states and counters back with the weights") {
  Points data = points(12);
  Rooted model;
  Trainer<Rooted, CrossEntropy, SGD, 4> trainer(model, optimizer);
  trainer.step(data.samples.data(), data.targets.data());
  const Contents before(model);
  trainer.step(data.samples.data() + 16, data.targets.data() + 4);
  CHECK_FALSE(Contents(model) == before);
  data.samples[32] = std::numeric_limits<float>::quiet_NaN();
  for (int again = 0; again < 2; ++again) {
    CHECK_FALSE(std::isfinite(trainer.step(data.samples.data() + 32, data.targets.data() + 8)));
    CHECK(Contents(model) == before);
  }
}

TEST_CASE("each epoch has its learning rate") {
  const Points data = points(12);
  const auto trained = [&](auto scale) {
    Small model{Seed{1}};
    fit<4>(model, data, CrossEntropy{}, optimizer, {.epochs = 2, .learning_rate_scale = scale});
    return weights_of(model);
  };
  const auto one_epoch = [&](double factor) {
    Small model{Seed{1}};
    SGD scaled = optimizer;
    scaled.learning_rate *= factor;
    fit<4>(model, data, CrossEntropy{}, scaled);
    return weights_of(model);
  };
  CHECK(trained([](std::size_t epoch) { return epoch == 1 ? 0.5 : 0; }) == one_epoch(0.5));
  CHECK(trained([](std::size_t epoch) { return epoch == 1 ? 1 : 0; }) == one_epoch(1));
}

TEST_CASE("the last step is taken back if its weights have no finite loss") {
  const Points data = points(4);
  Model<Sequential<Linear<5>, Linear<3>>, Shape<4>> model{Seed{1}};
  const std::vector<float> before(model.parameters().begin(), model.parameters().end());
  const bool stopped = GENERATE(false, true);
  Options options{.epochs = stopped ? 9u : 1u};
  options.on_report = [&](const LogEntry&) { return !stopped; };
  CHECK_THROWS_AS(fit<4>(model, data, CrossEntropy{}, SGD{.learning_rate = 3e38}, options), NonFiniteLoss);
  CHECK(std::ranges::equal(model.parameters(), before));
}

TEST_CASE("a dataset that can't be trained on is refused before the first step") {
  Small model{Seed{1}};
  const auto complaint = [&](const Points& data) {
    return message<std::invalid_argument>([&] { fit<4>(model, data, CrossEntropy{}, optimizer); });
  };
  CHECK(complaint({}) == "the dataset is empty");
  Points wrong = points(8);
  wrong.targets[5] = 3;
  CHECK(complaint(wrong) == "sample 5 has label 3, the model has classes 0 to 2");
  wrong.targets[5] = -1;
  CHECK(complaint(wrong) == "sample 5 has label -1, the model has classes 0 to 2");
  const Points good = points(8);
  CHECK(message<std::invalid_argument>([&] {
          fit<4>(model, good, CrossEntropy{}, optimizer, {.validation = &wrong});
        }) == "sample 5 has label -1, the model has classes 0 to 2");
  wrong.targets.resize(7);
  CHECK(complaint(wrong) == "the dataset has 8 samples and 7 targets");
  CHECK(weights_of(model) == weights_of(Small{Seed{1}}));
}

/// Numbers as many people write them, which is not as a table's reader expects them.
struct Commas : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST_CASE("a log is saved as a table, in any locale") {
  TrainingLog log;
  log.entries.push_back({.epoch = 1, .mini_batch = 2, .samples = 8, .training_loss = 2.25, .seconds = 0.5});
  log.entries.push_back({.epoch = 2,
                         .mini_batch = 3,
                         .samples = 20'000,
                         .training_loss = 0.1,
                         .seconds = 1.5,
                         .validation_loss = 0.375,
                         .validation_accuracy = 0.75});
  const auto path = std::filesystem::temp_directory_path() / "ctnn-test-log.csv";
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Commas));
  log.save_csv(path);
  std::locale::global(before);
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::filesystem::remove(path);
  CHECK(text ==
        "epoch,mini_batch,samples,training_loss,validation_loss,validation_accuracy,seconds\n"
        "1,2,8,2.25,,,0.5\n"
        "2,3,20000,0.1,0.375,0.75,1.5\n");
  CHECK_THROWS_AS(log.save_csv("/nowhere/log.csv"), FileError);
}

}  // namespace
