// Layers of one's own, in one's own namespace: each says what it computes; shapes, errors, derivatives,
// memory and kernels follow.
#include <cmath>
#include <ctnn.hpp>
#include <ctnn/train.hpp>
#include <iostream>
#include <string_view>

namespace own {

using ctnn::Builder, ctnn::Value, ctnn::Extents;

/// linear(x) · σ(gate(x)), of two Linear layers. Parameters linear.weight, linear.bias, gate.weight,
/// gate.bias. (Dauphin, Fan, Auli and Grangier, ICML 2017, equation 1.)
template <std::size_t Outputs>
struct GatedLinear {
  static constexpr Value lower(Builder& builder, Value x) {
    using Linear = ctnn::Linear<Outputs>;
    const Value y = builder.child<Linear>(0, "linear", x), gate = builder.child<Linear>(1, "gate", x);
    return y * sigmoid(gate);
  }
};

/// y = B A x: a Linear without bias whose weight has at most the given rank. Takes [features]. Parameters
/// down.weight [Rank, features] and up.weight [Outputs, Rank].
template <std::size_t Outputs, std::size_t Rank, ctnn::Initializer Draw = ctnn::he_uniform>
struct LowRankLinear {
  static constexpr Value lower(Builder& builder, Value x) {
    const Extents sample = Builder::sample_shape(x);
    if (sample.rank != 1) return builder.misfit(x, "[features]");
    const std::size_t features = sample[0];
    if (Rank > features || Rank > Outputs)
      return builder.misfit(x, ctnn::join("at least ", Rank, " features and outputs"), "lower the rank");

    const Value down =
        builder.parameter("down.weight", {Rank, features}, Draw, {.in = double(features), .out = Rank});
    const Value up = builder.parameter("up.weight", {Outputs, Rank}, Draw, {.in = Rank, .out = Outputs});
    return matrix_product(matrix_product(x, down, false, true), up, false, true);
  }
};

/// x minus the mean of each feature: the mini-batch's in training, a running one else.
struct Center {
  static constexpr Value lower(Builder& builder, Value x) {
    const Extents sample = Builder::sample_shape(x);
    const Value running = builder.state("running_mean", sample, ctnn::zeros);
    builder.counter("num_batches_tracked");
    if (builder.mode() == ctnn::Mode::evaluate) return x - running;
    const Value mean = batch_mean(builder, x);
    builder.update(running, 0.9 * running + 0.1 * mean);
    return x - mean;
  }
};

/// An image whose channels are scaled by what a small network makes of their means. Parameters reduce.weight,
/// reduce.bias, expand.weight, expand.bias. (Hu, Shen and Sun, CVPR 2018.)
template <std::size_t Reduction>
struct SqueezeExcitation {
  static constexpr Value lower(Builder& builder, Value x) {
    const Extents sample = Builder::sample_shape(x);
    if (sample.rank != 3) return builder.misfit(x, "an image [channels, height, width]");
    // Its channels are known here and not earlier, and a layer's outputs are part of its type: so these are
    // parameters of this layer.
    const std::size_t channels = sample[0], hidden = channels / Reduction;
    if (hidden == 0) return builder.misfit(x, ctnn::join("at least ", Reduction, " channels"));
    const auto linear = [&](std::string_view name, Value from, std::size_t outputs) {
      const std::size_t inputs = from.shape()[1];
      const ctnn::Fans fans{double(inputs), double(outputs)};
      const ctnn::Text weight = ctnn::join(name, ".weight"), bias = ctnn::join(name, ".bias");
      return matrix_product(from, builder.parameter(weight, {outputs, inputs}, ctnn::pytorch_uniform, fans),
                            false, true) +
             builder.parameter(bias, {outputs}, ctnn::pytorch_uniform, fans);
    };
    const Value squeezed = mean(x, 2, 4);
    const Value scale = sigmoid(linear("expand", relu(linear("reduce", squeezed, hidden)), channels));
    return x * reshape(scale, {builder.batch(), channels, 1, 1});
  }
};

}  // namespace own

using Layers = ctnn::Sequential<ctnn::Named<"conv", ctnn::Conv2d<4, 3>>,
                                ctnn::Named<"scale", own::SqueezeExcitation<2>>, ctnn::Flatten,
                                ctnn::Named<"center", own::Center>, ctnn::Named<"gated", own::GatedLinear<8>>,
                                ctnn::Named<"low_rank", own::LowRankLinear<6, 2>>>;
using Net = ctnn::Model<Layers, ctnn::Shape<1, 4, 4>>;
static_assert(std::is_same_v<Net::output_shape, ctnn::Shape<6>>);
static_assert(!ctnn::fits<own::LowRankLinear<6, 7>, ctnn::Shape<5>>);

int main() {
  Net net{ctnn::Seed{1}};
  net.for_each_parameter(
      [](std::string_view name, auto view) { std::cout << name << ": " << view.size() << '\n'; });

  // Three samples in mini-batches of four: the fourth is padding.
  ctnn::Tensor<float, 4, 1, 4, 4> images{};
  ctnn::Random random(ctnn::Seed{2});
  for (float& pixel : images) pixel = random.normal();
  const ctnn::Tensor<std::int32_t, 4> labels{0, 3, 5, 0};
  ctnn::Trainer<Net, ctnn::CrossEntropy, ctnn::Adam, 4> trainer(net, ctnn::Adam{.learning_rate = 1e-2});
  float first = 0, last = 0;
  for (int step = 0; step < 300; ++step) {
    last = trainer.step(images.data(), labels.data(), 3);
    if (step == 0) first = last;
  }
  std::cout << "loss " << first << ", after " << net.counters()[0] << " steps " << last << '\n';
  return last < first && std::isfinite(last) ? 0 : 1;
}
