#pragma once
#ifdef CTNN_PEER_TORCH
#include <ctnn/layers.hpp>
#include <ctnn/models.hpp>
#include <memory>

#include "tensors.hpp"

namespace bench {

/// A layer as libtorch is asked for it, Linear and Conv2d with the next two parameters; or a whole network.
enum class TorchLayer { linear, convolution, max_pool_by_2, relu, tanh, flatten, cifar_resnet18 };

/// A network in libtorch, on one thread. torch.cpp defines it, so that libtorch's headers are compiled once.
class TorchNetwork {
 public:
  TorchNetwork(std::vector<TorchLayer> layers, const std::vector<Parameter>& parameters,
               std::span<const float> block, const std::vector<std::size_t>& input_shape,
               std::span<const float> input);
  /// Evaluation, without what a gradient would need.
  void forward();
  std::span<const float> output() const;

  void train_by(std::span<const std::int32_t> labels, double learning_rate, double momentum);
  /// The mean cross-entropy, its gradient and the update of SGD.
  void step();
  /// Writes the parameters into a block of the model's layout.
  void copy_parameters(const std::vector<Parameter>& parameters, std::span<float> block) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

template <std::size_t Outputs>
constexpr TorchLayer torch_layer(ctnn::Linear<Outputs>) {
  return TorchLayer::linear;
}
template <std::size_t Outputs, auto Kernel>
constexpr TorchLayer torch_layer(ctnn::Conv2d<Outputs, Kernel>) {
  return TorchLayer::convolution;
}
constexpr TorchLayer torch_layer(ctnn::MaxPool2d<2>) {
  return TorchLayer::max_pool_by_2;
}
constexpr TorchLayer torch_layer(ctnn::ReLU) {
  return TorchLayer::relu;
}
constexpr TorchLayer torch_layer(ctnn::Tanh) {
  return TorchLayer::tanh;
}
constexpr TorchLayer torch_layer(ctnn::Flatten) {
  return TorchLayer::flatten;
}
inline std::vector<TorchLayer> torch_layers(ctnn::CifarResNet18<>) {
  return {TorchLayer::cifar_resnet18};
}
template <class... Layers>
std::vector<TorchLayer> torch_layers(ctnn::Sequential<Layers...>) {
  return {torch_layer(Layers{})...};
}

template <class Net, std::size_t Batch>
TorchNetwork torch_network(std::span<const float> parameters, std::span<const float> samples) {
  std::vector<std::size_t> shape{Batch};
  for (std::size_t axis = 0; axis < Net::input_extents.rank; ++axis)
    shape.push_back(Net::input_extents[axis]);
  return {torch_layers(typename Net::layer{}), parameters_of<Net>(), parameters, shape, samples};
}

/// The output of a batch by libtorch.
template <class Net, std::size_t Batch>
class TorchForward {
 public:
  static constexpr const char* name = "libtorch";
  TorchForward(std::span<const float> parameters, std::span<const float> samples)
      : network_(torch_network<Net, Batch>(parameters, samples)) {}
  void operator()() { network_.forward(); }
  std::span<const float> output() const { return network_.output(); }

 private:
  TorchNetwork network_;
};

/// A step of libtorch's SGD on the cross-entropy.
template <class Net, std::size_t Batch>
class TorchStep {
 public:
  static constexpr const char* name = "libtorch";
  TorchStep(std::span<const float> parameters, std::span<const float> samples,
            std::span<const std::int32_t> labels, const auto& optimizer)
      : network_(torch_network<Net, Batch>(parameters, samples)),
        parameters_(parameters.begin(), parameters.end()) {
    network_.train_by(labels, optimizer.learning_rate, optimizer.momentum);
  }
  void operator()() { network_.step(); }
  std::span<const float> parameters() {
    network_.copy_parameters(parameters_of<Net>(), parameters_);
    return parameters_;
  }

 private:
  TorchNetwork network_;
  std::vector<float> parameters_;
};

}  // namespace bench
#endif
