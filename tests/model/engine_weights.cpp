#include <ctnn/models.hpp>
#include <ctnn/ops/narrow_weight.hpp>

#include "engine_case.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

static_assert(detail::float_to_int8(2.5f) == 3 && detail::float_to_int8(-2.5f) == 0xFD);
static_assert(detail::float_to_int8(126.4f) == 126 && detail::float_to_int8(-126.6f) == 0x81);
static_assert(detail::float_to_int8(1e30f) == 127 && detail::float_to_int8(-1e30f) == 0x81);
static_assert(detail::unpack(WeightFormat::int8, 0x7F80FF01u, 0) == 1);
static_assert(detail::unpack(WeightFormat::int8, 0x7F80FF01u, 1) == -1);
static_assert(detail::unpack(WeightFormat::int8, 0x7F80FF01u, 2) == -128);
static_assert(detail::unpack(WeightFormat::bfloat16, 0xC0003F80u, 0) == 1.0f);
static_assert(detail::unpack(WeightFormat::bfloat16, 0xC0003F80u, 1) == -2.0f);

// Each tensor is rounded up to a cache line, and a word of integers holds four input channels.
template <class Net, class Weights>
constexpr std::size_t bytes = sizeof(Packed<Net, Weights>);
using Large = Model<Sequential<Linear<128>, ReLU, Linear<64>, ReLU, Linear<10>>, Shape<784>>;
static_assert(bytes<Large, weights::bf16> < bytes<Large, weights::unchanged> / 2 + 1000);
static_assert(bytes<Large, weights::int8> < bytes<Large, weights::unchanged> / 4 + 2000);
static_assert(bytes<Tutorial<float>, weights::bf16> < bytes<Tutorial<float>, weights::unchanged> / 2 + 2000);
static_assert(bytes<Tutorial<float>, weights::int8> < bytes<Tutorial<float>, weights::unchanged> / 4 + 4000);
static_assert(std::is_same_v<Engine<Large>, Engine<Large, weights::unchanged>>);

/// Calls change(first, last, channel) for the weights of each output channel of products and convolutions:
/// parameters of two axes or four, output channels first.
template <class Net>
void for_each_channel(Net& model, auto change) {
  for (const TensorInfo& parameter : Net::network::lowered.parameters) {
    if (parameter.shape.rank < 2) continue;
    const std::size_t size = parameter.shape.stride(0);
    for (std::size_t c = 0; c < parameter.shape[0]; ++c)
      change(model.parameters().subspan(parameter.offset + c * size, size));
  }
}

/// The weights that an engine keeps instead of a channel's.
void round_weights(std::span<float> channel, weights::bf16) {
  for (float& weight : channel) weight = bfloat16_to_float(float_to_bfloat16(weight));
}
void round_weights(std::span<float> channel, weights::int8) {
  float largest = 0;
  for (float weight : channel) largest = std::max(largest, std::abs(weight));
  const float scale = largest / 127;
  for (float& weight : channel) weight = scale * std::round(weight / scale);
}

template <class Net>
typename Net::input_tensor sample_of(std::size_t stream) {
  typename Net::input_tensor sample;
  fill(std::span(sample.begin(), sample.size()), stream, 2.0);
  return sample;
}

template <class Tensor>
double relative_difference(const Tensor& actual, const Tensor& expected) {
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(expected.data()[i])));
    difference = std::max(difference, std::abs(static_cast<double>(actual.data()[i]) -
                                               static_cast<double>(expected.data()[i])));
  }
  return difference / largest;
}

/// Checks that an engine computes what one of the rounded weights does, and not what the model does.
template <class L, class S, class Weights>
void check_rounding() {
  using Net = Model<L, S>;
  Net model{Seed{6}};
  Engine<Net, Weights> narrow{model};
  const Engine<Net> wide{model};
  Net rounded = model;
  for_each_channel(rounded, [](std::span<float> channel) { round_weights(channel, Weights{}); });
  Engine<Net> engine{rounded}, original{model};
  for (std::size_t k = 0; k < 3; ++k) {
    const auto sample = sample_of<Net>(100 + k);
    CHECK(relative_difference(narrow(sample), engine(sample)) <= 8e-6);
    const double loss = relative_difference(narrow(sample), original(sample));
    CHECK(loss > 1e-4);
    CHECK(loss < 0.05);
  }
}
template <class L, class S>
void check_rounding() {
  check_rounding<L, S, weights::bf16>();
  check_rounding<L, S, weights::int8>();
}

/// Weights that both formats hold, and inputs such that every sum is exact.
template <class L, class S>
void check_exact() {
  using Net = Model<L, S>;
  Net model{Seed{6}};
  std::size_t i = 0;
  for_each_channel(model, [&](std::span<float> channel) {
    for (float& weight : channel) weight = static_cast<float>(static_cast<int>(i++ * 37 % 255) - 127);
    channel[i % channel.size()] = i % 2 == 0 ? 127.0f : -127.0f;
  });
  typename Net::input_tensor sample;
  for (float& x : sample) x = static_cast<float>(static_cast<int>(i++ * 7 % 15) - 7);
  const auto expected = Engine<Net>{model}(sample);
  CHECK(Engine<Net, weights::bf16>{model}(sample) == expected);
  CHECK(Engine<Net, weights::bf16_dot>{model}(sample) == expected);
  CHECK(Engine<Net, weights::int8>{model}(sample) == expected);
}

using Residuals =
    Sequential<Conv2d<8, 3, Padding<1>>, ReLU,
               Residual<Sequential<Conv2d<8, 3, Padding<1>>, ReLU, Conv2d<8, 3, Padding<1>>>>,
               Residual<Sequential<Conv2d<12, 3, Stride<2>, Padding<1>>, ReLU, Conv2d<12, 3, Padding<1>>>,
                        Sequential<Conv2d<12, 1, Stride<2>>>>,
               AvgPool2d<4>, Flatten, Linear<5>>;
using Normalized = Sequential<Conv2d<8, 3>, BatchNorm2d<>, ReLU, Conv2d<6, 3, Groups<2>, Bias<false>>,
                              BatchNorm2d<>, Tanh, BasicBlock<6>, Flatten, Linear<7>, BatchNorm1d<>>;

}  // namespace

TEST_CASE("an engine of narrow weights is one of rounded weights", "[model]") {
  check_rounding<TutorialLayers, Shape<3, 32, 32>>();
  check_rounding<Residuals, Shape<3, 8, 8>>();
  check_rounding<Sequential<Linear<33>, Tanh, Linear<16>, ReLU, Linear<3>>, Shape<7>>();
  check_rounding<Sequential<Linear<9>, Sigmoid, Linear<4>>, Shape<6, 5>>();
}

TEST_CASE("weights that a format holds are not changed", "[model]") {
  check_exact<Linear<10>, Shape<64>>();
  check_exact<Linear<64>, Shape<33>>();
  check_exact<Linear<131>, Shape<3>>();
  check_exact<Linear<2>, Shape<2>>();
  check_exact<Linear<5>, Shape<4, 3>>();
  check_exact<Linear<1>, Shape<9>>();
  check_exact<Conv2d<6, 5>, Shape<3, 12, 12>>();
  check_exact<Conv2d<17, 3, Padding<1>>, Shape<5, 7, 7>>();
  check_exact<Conv2d<40, 3, Stride<2>, Padding<1>>, Shape<4, 5, 6>>();
  check_exact<Conv2d<6, 3, Groups<2>, Padding<2>, Dilation<2>>, Shape<6, 9, 9>>();
  check_exact<Conv2d<3, 3, Groups<3>>, Shape<3, 8, 5>>();
  check_exact<Conv2d<9, 1>, Shape<7, 3, 3>>();
}

TEST_CASE("weights of integers are off by half a step at most", "[model]") {
  using Net = Model<Sequential<Linear<21, Bias<false>>>, Shape<50>>;
  Net model{Seed{3}};
  for (float& weight : model.parameters().subspan(0, 50)) weight = 0;  // a channel of zeros
  Engine<Net, weights::int8> engine{model};
  const auto sample = sample_of<Net>(100);
  const auto actual = engine(sample);
  double magnitudes = 0;
  for (float x : sample) magnitudes += std::abs(static_cast<double>(x));
  const auto weight = model.parameter<"0.weight">();
  for (std::size_t c = 0; c < 21; ++c) {
    double expected = 0, largest = 0;
    for (std::size_t k = 0; k < 50; ++k) {
      expected += static_cast<double>(weight(c, k)) * static_cast<double>(sample.data()[k]);
      largest = std::max(largest, std::abs(static_cast<double>(weight(c, k))));
    }
    CHECK(std::abs(static_cast<double>(actual.data()[c]) - expected) <=
          largest / 127 / 2 * magnitudes * 1.0001);
  }
}

TEST_CASE("what enters a dot product of bfloat16 is rounded, and nothing else", "[model]") {
  using Net = Model<Sequential<Linear<33>, Tanh, Linear<16>, ReLU, Linear<3>>, Shape<7>>;
  const Net model{Seed{6}};
  Engine<Net, weights::bf16> exact{model};
  Engine<Net, weights::bf16_dot> rounding{model};
  const auto sample = sample_of<Net>(100);
  const double difference = relative_difference(rounding(sample), exact(sample));
  CHECK((difference != 0) == weights::bf16_dot::rounds_inputs);
  CHECK(difference < 0.02);
}

TEST_CASE("a weight that is no number makes none", "[model]") {
  using Net = Model<Linear<4>, Shape<5>>;
  Net model{Seed{3}};
  model.parameter<"weight">()(2, 1) = std::numeric_limits<float>::quiet_NaN();
  const auto sample = sample_of<Net>(100);
  const auto halves = Engine<Net, weights::bf16>{model}(sample),
             integers = Engine<Net, weights::int8>{model}(sample);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(std::isnan(halves.data()[i]) == (i == 2));
    CHECK(std::isnan(integers.data()[i]) == (i == 2));
  }
}

TEST_CASE("normalisations are folded before weights are rounded", "[model]") {
  using Net = Model<Normalized, Shape<3, 9, 9>>;
  Net model{Seed{6}};
  for (std::size_t i = 0; float& state : model.states()) state += static_cast<float>(number(i++, 51, 1.0));
  Engine<Net> engine{model};
  Engine<Net, weights::bf16> halves{model};
  Engine<Net, weights::int8> integers{model};
  const auto sample = sample_of<Net>(100);
  CHECK(relative_difference(halves(sample), engine(sample)) < 0.02);
  CHECK(relative_difference(integers(sample), engine(sample)) < 0.02);
  CHECK(relative_difference(halves(sample), engine(sample)) > 1e-5);
}
