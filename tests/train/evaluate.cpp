#include <catch2/catch.hpp>
#include <train/small.hpp>

namespace {

using namespace ctnn;

TEST_CASE("an evaluation counts each sample once, whatever the batch") {
  const Points data = points(10);
  const Small model{Seed{2}};
  const Metrics metrics = evaluate<4>(model, data, CrossEntropy{});
  CHECK(metrics.samples == 10);
  CHECK(metrics.classes == 3);

  double loss = 0;
  std::size_t correct = 0;
  std::vector<std::size_t> confusion(9);
  for (std::size_t i = 0; i < data.size(); ++i) {
    Tensor<float, 4> sample;
    std::ranges::copy(data.sample(i), sample.begin());
    const Tensor<float, 3> scores = model(sample);
    double total = 0;
    for (float score : scores) total += std::exp(static_cast<double>(score));
    const auto label = static_cast<std::size_t>(data.target(i));
    loss += std::log(total) - static_cast<double>(scores[label]);
    const auto best = static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
    ++confusion[3 * label + best];
    correct += best == label ? 1u : 0u;
  }
  CHECK(metrics.loss == Approx(loss / 10));
  CHECK(metrics.confusion == confusion);
  CHECK(metrics.accuracy().value() == Approx(static_cast<double>(correct) / 10));
  CHECK(metrics.of_class(0) == 4);
  CHECK(evaluate<1>(model, data, CrossEntropy{}).loss == Approx(metrics.loss));
  CHECK(evaluate<16>(model, data, CrossEntropy{}).confusion == confusion);
}

TEST_CASE("shares are of what was counted") {
  const Metrics metrics{.samples = 4, .confusion = {2, 1, 0, 0, 0, 0, 1, 0, 0}, .classes = 3};
  CHECK(metrics.accuracy().value() == 0.5);
  CHECK(metrics.accuracy(0).value() == Approx(2.0 / 3));
  CHECK_FALSE(metrics.accuracy(1).has_value());  // no sample of this class
  CHECK(metrics.accuracy(2).value() == 0);
  CHECK_FALSE(Metrics{}.accuracy().has_value());
}

TEST_CASE("a regression has a loss, and no accuracy") {
  using Line = Model<Sequential<Linear<2>>, Shape<2>, double>;
  Dataset<double, Shape<2>, Shape<2>> data;
  for (std::size_t i = 0; i < 12; ++i) {
    const double x = static_cast<double>(i % 4) - 1.5, y = static_cast<double>(i / 4) - 1;
    data.samples.insert(data.samples.end(), {x, y});
    data.targets.insert(data.targets.end(), {2 * x - y + 0.5, x + 3 * y - 1});
  }
  Line model{Seed{4}};
  fit<3>(model, data, MeanSquaredError{}, SGD{.learning_rate = 0.2}, {.epochs = 200});
  const Metrics metrics = evaluate<5>(model, data, MeanSquaredError{});
  CHECK(metrics.loss < 1e-12);
  CHECK_FALSE(metrics.accuracy().has_value());
  CHECK(model.parameter<"0.weight">()(1, 1) == Approx(3));
  CHECK(model.parameter<"0.bias">()[0] == Approx(0.5));

  data.targets.resize(20);
  CHECK_THROWS_WITH(evaluate<5>(model, data, MeanSquaredError{}),
                    "the dataset has 12 samples and 10 targets");
}

TEST_CASE("an evaluation refuses what training refuses") {
  const Small model;
  CHECK_THROWS_WITH(evaluate<4>(model, Points{}, CrossEntropy{}), "the dataset is empty");
  Points wrong = points(3);
  wrong.targets[2] = 7;
  CHECK_THROWS_WITH(evaluate<4>(model, wrong, CrossEntropy{}),
                    "sample 2 has label 7, the model has classes 0 to 2");
}

TEST_CASE("an engine's metrics are its model's, but for what its weights lose") {
  const Points data = points(40);
  Small model{Seed{2}};
  const Metrics expected = evaluate<4>(model, data, CrossEntropy{});
  Engine<Small> engine{model};
  const Metrics same = evaluate(engine, data, CrossEntropy{});
  CHECK(same.samples == 40);
  CHECK(same.loss == Approx(expected.loss));
  CHECK(same.confusion == expected.confusion);
  Engine<Small, weights::int8> narrow{model};
  const double loss = evaluate(narrow, data, CrossEntropy{}).loss;
  CHECK(loss == Approx(expected.loss).epsilon(0.02));
  CHECK(loss != Approx(expected.loss));
  CHECK_THROWS_WITH(evaluate(engine, Points{}, CrossEntropy{}), "the dataset is empty");
}

TEST_CASE("value_and_gradient is the trainer's, and the differences'") {
  const Points data = points(4);
  Small model{Seed{2}};
  const auto [loss, gradient] = value_and_gradient<CrossEntropy, 4>(model, data.samples, data.targets);
  Trainer<Small, CrossEntropy, SGD, 4> trainer(model, SGD{});
  CHECK(trainer.gradient(data.samples.data(), data.targets.data()) == loss);
  CHECK(std::ranges::equal(trainer.gradients(), gradient.elements()));
  CHECK(gradient.parameter<"2.bias">().size() == 3);

  using Doubles = Model<Small::layer, Shape<4>, double>;
  Doubles precise{Seed{2}};
  const std::vector<double> samples(data.samples.begin(), data.samples.end());
  const auto derived = value_and_gradient<CrossEntropy, 4>(precise, samples, data.targets);
  constexpr double step = 1e-6;
  for (std::size_t i = 0; i < precise.parameters().size(); ++i) {
    const double weight = precise.parameters()[i];
    precise.parameters()[i] = weight + step;
    const double above = value_and_gradient<CrossEntropy, 4>(precise, samples, data.targets).value;
    precise.parameters()[i] = weight - step;
    const double below = value_and_gradient<CrossEntropy, 4>(precise, samples, data.targets).value;
    precise.parameters()[i] = weight;
    CHECK(derived.gradient.elements()[i] == Approx((above - below) / (2 * step)).margin(1e-8));
  }
}

TEST_CASE("value_and_gradient takes exactly a batch") {
  const Small model;
  const Points data = points(5);
  CHECK_THROWS_WITH((value_and_gradient<CrossEntropy, 4>(model, data.samples, data.targets)),
                    "the gradient takes 16 numbers and 4 targets, it was given 20 and 5");
  CHECK_THROWS_AS((value_and_gradient<CrossEntropy, 4>(model, std::span(data.samples).first(16),
                                                       std::span(data.targets).first(3))),
                  std::invalid_argument);
}

}  // namespace
