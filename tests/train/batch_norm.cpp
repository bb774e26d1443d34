#include <array>
#include <ctnn/io/model_file.hpp>
#include <ctnn/layers.hpp>
#include <ctnn/losses.hpp>
#include <ctnn/optimizers/sgd.hpp>
#include <ctnn/train/trainer.hpp>

#include "io/files.hpp"
#include "reference/reference.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

template <class T>
using Net = Model<Sequential<Conv2d<3, 3>, BatchNorm2d<>, ReLU, Flatten, Linear<4>, BatchNorm1d<>>,
                  Shape<2, 6, 6>, T>;
constexpr std::size_t sample = 2 * 6 * 6;
const std::string pytorch_file = CTNN_SOURCE_ROOT "/tests/reference/batch_norm_state.safetensors";

/// What a model's tensors hold, without what lies between them.
template <class Net>
std::vector<typename Net::value_type> packed(std::span<const typename Net::value_type> block,
                                             const auto& tensors) {
  std::vector<typename Net::value_type> result;
  for (const TensorInfo& info : tensors) {
    const auto elements = block.subspan(info.offset, info.shape.elements());
    result.insert(result.end(), elements.begin(), elements.end());
  }
  return result;
}

}  // namespace

TEMPLATE_TEST_CASE("batch statistics are trained as PyTorch's, whatever pads a short batch", "[train]", float,
                   double) {
  using TestNet = Net<TestType>;
  const double bound = std::is_same_v<TestType, float> ? 2e-5 : 1e-13;
  const Reference reference("batch_norm");
  TestNet model, trained;
  load(trained, pytorch_file, Conversion::allowed);
  std::size_t stream = 0;
  for (const TensorInfo& info : TestNet::network::lowered.parameters)
    fill(model.parameters().subspan(info.offset, info.shape.elements()), ++stream, 1.0);
  const std::vector<double> losses = reference("losses"), gradients = reference("gradients");
  const std::size_t parameters = gradients.size() / 3;

  Trainer<TestNet, CrossEntropy, SGD, 4> trainer(model, SGD{.learning_rate = 0.125f});
  const std::int32_t labels[]{1, 3, 0, 2};
  for (std::size_t step = 0; step < 3; ++step) {
    INFO("step " << step);
    auto images = numbers<TestType>(3 * sample, 100 + step, 2.0);
    images.resize(4 * sample, static_cast<TestType>(step * 1000));
    const TestType loss = trainer.step(images.data(), labels, 3);
    CHECK(std::abs(loss - losses[step]) <= bound);
    const auto gradient = packed<TestNet>(trainer.gradients(), TestNet::network::lowered.parameters);
    CHECK(relative_error<TestType>(gradient, std::span(gradients).subspan(step * parameters, parameters)) <=
          bound);
  }
  const auto as_double = [](const auto& numbers) {
    return std::vector<double>(numbers.begin(), numbers.end());
  };
  CHECK(relative_error<TestType>(model.parameters(), as_double(trained.parameters())) <= bound);
  CHECK(relative_error<TestType>(model.states(), as_double(trained.states())) <= bound);
  CHECK(std::ranges::equal(model.counters(), std::array{3, 3}));
  CHECK(std::ranges::equal(trained.counters(), std::array{3, 3}));

  const auto images = numbers<TestType>(3 * sample, 100, 2.0);
  std::array<TestType, 12> outputs;
  for (const TestNet* net : {&model, &trained}) {
    net->template predict<3>(images.data(), outputs.data());
    CHECK(relative_error<TestType>(std::span<const TestType>(outputs), reference("evaluated")) <= bound);
  }
}

TEST_CASE("a file of PyTorch's comes back as it was", "[train]") {
  const TemporaryFolder folder;
  const auto path = folder.path / "again.safetensors";
  Net<double> model;
  load(model, pytorch_file);
  save(model, path);
  const SafetensorsFile expected = read_safetensors(pytorch_file), actual = read_safetensors(path);
  REQUIRE(actual.entries().size() == expected.entries().size());
  for (const TensorEntry& entry : expected.entries()) {
    INFO(entry.name);
    const TensorEntry* found = actual.find(entry.name);
    REQUIRE(found != nullptr);
    CHECK(found->type == entry.type);
    CHECK(found->shape == entry.shape);
    CHECK(std::ranges::equal(found->bytes, entry.bytes));
  }
}

TEST_CASE("a short batch of one value per channel leaves the running variance alone", "[train]") {
  using Features = Model<Sequential<Linear<3>, BatchNorm1d<>>, Shape<2>>;
  Features model;
  LossGradient<Features, CrossEntropy, 4> gradient;
  const float samples[8]{1, 2};
  const std::int32_t labels[4]{};
  CHECK(std::isfinite(gradient(model, samples, labels, 1)));
  const auto states = packed<Features>(model.states(), Features::network::lowered.states);
  CHECK(std::ranges::all_of(std::span(states).first(3), [](float mean) { return mean != 0; }));
  CHECK(std::ranges::all_of(std::span(states).last(3), [](float variance) { return variance == 1; }));
  CHECK(std::ranges::all_of(gradient.gradients(), [](float x) { return std::isfinite(x); }));
}

TEST_CASE("the variance holds where the mean is far larger than the deviations", "[train]") {
  using Images = Model<BatchNorm2d<>, Shape<1, 16, 16>>;
  Images model;
  LossGradient<Images, MeanSquaredError, 2> gradient;
  std::vector<float> samples(512), targets(512);
  for (std::size_t i = 0; i < 512; ++i) samples[i] = 10000 + static_cast<float>(i % 2);
  gradient(model, samples.data(), targets.data());
  const float running_variance = model.states()[Images::network::lowered.states[1].offset];
  CHECK(running_variance == Approx(0.9 + 0.1 * 0.25 * 512 / 511).epsilon(1e-6));
}
