#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/data/transforms.hpp>
#include <limits>

#include "small.hpp"

using namespace ctnn;

namespace {

std::string refusal(auto action) {
  try {
    action();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing";
}

TEST_CASE("labels without a class are refused wherever a gradient is taken") {
  Points data = points(4);
  Small model{Seed{1}};
  Trainer<Small, CrossEntropy, SGD, 4> trainer(model, SGD{.learning_rate = 0.1});
  const std::vector<float> before = weights_of(model);
  for (const std::int32_t label : {3, -1, 1'000'000'000}) {
    data.targets[2] = label;
    const std::string sentence =
        "sample 2 has label " + std::to_string(label) + ", the model has classes 0 to 2";
    CHECK(refusal([&] { value_and_gradient<CrossEntropy, 4>(model, data.samples, data.targets); }) ==
          sentence);
    CHECK(refusal([&] { trainer.step(data.samples.data(), data.targets.data()); }) == sentence);
    CHECK(refusal([&] { trainer.gradient(data.samples.data(), data.targets.data()); }) == sentence);
  }
  CHECK(weights_of(model) == before);
}

TEST_CASE("a mini-batch of none, or of more than there is room for, is refused") {
  const Points data = points(8);
  Small model{Seed{1}};
  Trainer<Small, CrossEntropy, SGD, 4> trainer(model, SGD{.learning_rate = 0.1});
  const std::vector<float> before = weights_of(model);
  for (const std::size_t count : {0u, 5u, 8u})
    CHECK(refusal([&] { trainer.step(data.samples.data(), data.targets.data(), count); }) ==
          "a mini-batch of 4 was given " + std::to_string(count) + " samples");
  CHECK(weights_of(model) == before);
}

TEST_CASE("a model that was moved from can be assigned to") {
  Small first{Seed{1}};
  const std::vector<float> before = weights_of(first);
  Small second = std::move(first);
  first = second;
  CHECK(weights_of(first) == before);
  CHECK(weights_of(second) == before);
}

/// Adds up what it is given.
struct Accumulator {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value seen = builder.state("seen", {4}, zeros);
    if (builder.mode() == Mode::train) builder.update(seen, seen + sum(x, 0, 1));
    return x;
  }
};

TEST_CASE("value_and_gradient leaves the model as it is") {
  const Points data = points(4);
  const Model<Sequential<Accumulator, Linear<3>>, Shape<4>> model{Seed{1}};
  value_and_gradient<CrossEntropy, 4>(model, data.samples, data.targets);
  for (const float state : model.states()) CHECK(state == 0);
}

TEST_CASE("a part of a sample is refused") {
  Points data = points(8);
  data.samples.push_back(0);
  Small model{Seed{1}};
  const std::string sentence = "the dataset has 33 numbers, which are no whole samples of 4";
  CHECK(refusal([&] { fit<4>(model, data, CrossEntropy{}, SGD{.learning_rate = 0.1}); }) == sentence);
  CHECK(refusal([&] { shuffled(data, Seed{1}); }) == sentence);
  CHECK(refusal([&] { data.subset(0, 2); }) == sentence);
  data.samples.resize(32);
  data.targets.resize(7);
  CHECK(refusal([&] { data.subset(0, 2); }) == "the dataset has 8 samples and 7 targets");
}

TEST_CASE("after a step that was taken back, Adam begins anew") {
  Points data = points(4);
  Small model{Seed{1}};
  constexpr float learning_rate = 0.001f;
  Trainer<Small, CrossEntropy, Adam, 4> trainer(model, Adam{.learning_rate = learning_rate});
  for (int i = 0; i < 50; ++i) trainer.step(data.samples.data(), data.targets.data());
  const float good = std::exchange(data.samples[3], std::numeric_limits<float>::quiet_NaN());
  trainer.step(data.samples.data(), data.targets.data());
  data.samples[3] = good;
  const std::vector<float> before = weights_of(model);
  trainer.step(data.samples.data(), data.targets.data());
  // The first step of Adam moves each weight by the learning rate.
  float largest = 0;
  for (std::size_t i = 0; i < before.size(); ++i)
    largest = std::max(largest, std::abs(weights_of(model)[i] - before[i]));
  CHECK(largest == Approx(learning_rate).epsilon(0.01));
}

TEST_CASE("an output that is NaN is no prediction") {
  Points data = points(6);
  std::ranges::fill(data.targets, 0);
  data.samples[0] = std::numeric_limits<float>::quiet_NaN();
  Small model{Seed{1}};
  const Metrics metrics = evaluate<4>(model, data, CrossEntropy{});
  std::size_t counted = 0;
  for (const std::size_t count : metrics.confusion) counted += count;
  CHECK(counted == 5);
  CHECK(*metrics.accuracy() <= 5.0 / 6);
  CHECK_FALSE(metrics.accuracy(77));
}

}  // namespace
