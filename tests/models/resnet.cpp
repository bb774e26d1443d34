#include <ctnn/model/model.hpp>
#include <ctnn/models.hpp>

#include "layers/layer_case.hpp"

using namespace ctnn;
using ctnn::test::check_layer;

namespace {

using ImageNet = Model<ResNet18<>, Shape<3, 224, 224>>;
static_assert(std::is_same_v<ImageNet::output_shape, Shape<1000>>);
static_assert(ImageNet::parameter_count == 11'689'512);
using Cifar = Model<CifarResNet18<>, Shape<3, 32, 32>>;
static_assert(std::is_same_v<Cifar::output_shape, Shape<10>>);
static_assert(Cifar::parameter_count == 11'173'962);

}  // namespace

TEST_CASE("BasicBlock equals the module of torchvision", "[models]") {
  // The gradient of bn1's bias is 0.5, of terms that add up to 20 without their signs: one rounding of each
  // makes 0.8e-6 of it, and PyTorch's own in float is 0.96e-6 off.
  check_layer<BasicBlock<3>, Shape<3, 5, 6>>("basic_block", 2e-6);
  check_layer<BasicBlock<4, 2>, Shape<3, 6, 6>>("basic_block_shortcut");
}

TEST_CASE("ResNet-18 has torchvision's names", "[models]") {
  const auto& network = ImageNet::network::lowered;
  CHECK(network.parameters.size() == 62);
  CHECK(network.states.size() == 40);
  CHECK(network.counters.size() == 20);
  const auto has = [&](const auto& tensors, std::string_view name, const Extents& shape) {
    return std::ranges::any_of(tensors, [&](const TensorInfo& info) {
      return network.text(info.name) == name && info.shape == shape;
    });
  };
  CHECK(has(network.parameters, "conv1.weight", {64, 3, 7, 7}));
  CHECK(has(network.parameters, "bn1.weight", {64}));
  CHECK(has(network.parameters, "layer1.0.conv1.weight", {64, 64, 3, 3}));
  CHECK(has(network.parameters, "layer1.1.bn2.bias", {64}));
  CHECK(has(network.parameters, "layer2.0.downsample.0.weight", {128, 64, 1, 1}));
  CHECK(has(network.parameters, "layer4.0.downsample.1.bias", {512}));
  CHECK(has(network.parameters, "layer4.1.conv2.weight", {512, 512, 3, 3}));
  CHECK(has(network.parameters, "fc.bias", {1000}));
  CHECK(has(network.states, "bn1.running_mean", {64}));
  CHECK(has(network.states, "layer3.0.downsample.1.running_var", {256}));
  CHECK(std::string(network.text(network.counters[0])) == "bn1.num_batches_tracked");
}
