// Empty where libtorch is not installed.
#ifdef CTNN_PEER_TORCH
#include "torch.hpp"

#include <torch/torch.h>

namespace bench {

namespace {

using Parameters = std::vector<torch::Tensor>::const_iterator;

/// A convolution and a normalisation of running mean 0 and variance 1, as a new Model's.
torch::Tensor normalised_convolution(const torch::Tensor& x, Parameters& parameter, std::int64_t stride) {
  const std::int64_t channels = parameter[0].size(0), padding = parameter[0].size(2) / 2;
  const torch::Tensor y = torch::conv2d(x, parameter[0], {}, stride, padding);
  const torch::Tensor result = torch::batch_norm(y, parameter[1], parameter[2], torch::zeros(channels),
                                                 torch::ones(channels), false, 0.1, 1e-5, false);
  parameter += 3;
  return result;
}

torch::Tensor cifar_resnet18(torch::Tensor x, Parameters& parameter) {
  x = torch::relu(normalised_convolution(x, parameter, 1));
  for (int block = 0; block < 8; ++block) {
    const bool smaller = block > 0 && block % 2 == 0;
    torch::Tensor y = torch::relu(normalised_convolution(x, parameter, smaller ? 2 : 1));
    y = normalised_convolution(y, parameter, 1);
    x = torch::relu(y + (smaller ? normalised_convolution(x, parameter, 2) : x));
  }
  return torch::linear(torch::flatten(torch::adaptive_avg_pool2d(x, {1, 1}), 1), parameter[0], parameter[1]);
}

}  // namespace

struct TorchNetwork::State {
  std::vector<TorchLayer> layers;
  std::vector<torch::Tensor> parameters;
  torch::Tensor input, output, labels;
  std::unique_ptr<torch::optim::SGD> optimizer;

  torch::Tensor forward() const {
    torch::Tensor x = input;
    auto parameter = parameters.begin();
    for (TorchLayer layer : layers) switch (layer) {
        case TorchLayer::linear:
          x = torch::linear(x, parameter[0], parameter[1]), parameter += 2;
          break;
        case TorchLayer::convolution:
          x = torch::conv2d(x, parameter[0], parameter[1]), parameter += 2;
          break;
        case TorchLayer::max_pool_by_2:
          x = torch::max_pool2d(x, 2);
          break;
        case TorchLayer::relu:
          x = torch::relu(x);
          break;
        case TorchLayer::tanh:
          x = torch::tanh(x);
          break;
        case TorchLayer::flatten:
          x = torch::flatten(x, 1);
          break;
        case TorchLayer::cifar_resnet18:
          x = cifar_resnet18(x, parameter);
          break;
      }
    return x;
  }
};

namespace {

torch::Tensor tensor_of(std::span<const float> numbers, const std::vector<std::size_t>& shape) {
  torch::Tensor result = torch::empty(std::vector<std::int64_t>(shape.begin(), shape.end()));
  std::ranges::copy(numbers, result.data_ptr<float>());
  return result;
}

}  // namespace

TorchNetwork::TorchNetwork(std::vector<TorchLayer> layers, const std::vector<Parameter>& parameters,
                           std::span<const float> block, const std::vector<std::size_t>& input_shape,
                           std::span<const float> input)
    : state_(std::make_shared<State>()) {
  torch::set_num_threads(1);
  state_->layers = std::move(layers);
  state_->input = tensor_of(input, input_shape);
  for (const Parameter& p : parameters)
    state_->parameters.push_back(tensor_of(block.subspan(p.offset, p.elements), p.shape));
}

void TorchNetwork::forward() {
  const torch::InferenceMode without_gradient;
  state_->output = state_->forward();
}
std::span<const float> TorchNetwork::output() const {
  return {state_->output.data_ptr<float>(), static_cast<std::size_t>(state_->output.numel())};
}

void TorchNetwork::train_by(std::span<const std::int32_t> labels, double learning_rate, double momentum) {
  state_->labels = torch::empty(static_cast<std::int64_t>(labels.size()), torch::kInt64);
  std::ranges::copy(labels, state_->labels.data_ptr<std::int64_t>());
  for (torch::Tensor& parameter : state_->parameters) parameter.requires_grad_();
  state_->optimizer = std::make_unique<torch::optim::SGD>(
      state_->parameters, torch::optim::SGDOptions(learning_rate).momentum(momentum));
}
void TorchNetwork::step() {
  state_->optimizer->zero_grad();
  torch::nn::functional::cross_entropy(state_->forward(), state_->labels).backward();
  state_->optimizer->step();
}
void TorchNetwork::copy_parameters(const std::vector<Parameter>& parameters, std::span<float> block) const {
  for (std::size_t i = 0; i < parameters.size(); ++i)
    std::copy_n(state_->parameters[i].data_ptr<float>(), parameters[i].elements,
                block.begin() + static_cast<std::ptrdiff_t>(parameters[i].offset));
}

}  // namespace bench
#endif
