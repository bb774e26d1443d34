#pragma once
#include <array>
#include <ctnn/layers.hpp>
#include <ctnn/losses/cross_entropy.hpp>
#include <ctnn/train/trainer.hpp>
#include <string>

#include "reference/reference.hpp"

namespace ctnn::test {

/// The network of PyTorch's CIFAR-10 tutorial.
using TutorialLayers =
    Sequential<Named<"conv1", Conv2d<6, 5>>, ReLU, MaxPool2d<2>, Named<"conv2", Conv2d<16, 5>>, ReLU,
               MaxPool2d<2>, Flatten, Named<"fc1", Linear<120>>, ReLU, Named<"fc2", Linear<84>>, ReLU,
               Named<"fc3", Linear<10>>>;
template <class T>
using Tutorial = Model<TutorialLayers, Shape<3, 32, 32>, T>;

inline constexpr std::array<std::int32_t, 4> tutorial_labels{3, 8, 0, 6};

/// Numbers that are floats, also where T is double: make.py rounds them likewise.
template <class T>
std::vector<T> float_numbers(std::size_t count, std::size_t stream, double scale) {
  const auto rounded = numbers<float>(count, stream, scale);
  return {rounded.begin(), rounded.end()};
}
template <class T>
std::vector<T> tutorial_images() {
  return float_numbers<T>(4 * 3 * 32 * 32, 100, 2.0);
}

/// Gives a model the parameters of make.py's networks: uniform in PyTorch's default bounds.
template <class Net>
void fill_parameters(Net& model) {
  std::size_t stream = 0;
  for (const TensorInfo& info : Net::network::lowered.parameters) {
    const auto values =
        float_numbers<typename Net::value_type>(info.shape.elements(), ++stream, 2 / std::sqrt(info.fans.in));
    std::ranges::copy(values, model.parameters().begin() + static_cast<std::ptrdiff_t>(info.offset));
  }
}

/// The gradient of a whole network in PyTorch's file, parameter by parameter in the layout of the model's
/// block.
template <class Net>
std::vector<double> expected_gradient(const Reference& reference, const std::string& name) {
  std::vector<double> result(Net::parameter_elements);
  for (const TensorInfo& info : Net::network::lowered.parameters) {
    const auto values = reference(name + "/" + std::string(Net::network::lowered.text(info.name)));
    REQUIRE(values.size() == info.shape.elements());
    std::ranges::copy(values, result.begin() + static_cast<std::ptrdiff_t>(info.offset));
  }
  return result;
}

}  // namespace ctnn::test
