// ResNet-18 for CIFAR-10, with its gradient and an optimizer.
// budget: g++ 20 s 1200 MB
// budget: clang++ 20 s 1200 MB
#include <ctnn/models.hpp>
#include <ctnn/train.hpp>

using Net = ctnn::Model<ctnn::CifarResNet18<>, ctnn::Shape<3, 32, 32>>;

int main() {
  Net net;
  ctnn::Trainer<Net, ctnn::CrossEntropy, ctnn::SGD, 4> trainer(net,
                                                               {.learning_rate = 0.1f, .momentum = 0.9f});
  const ctnn::Tensor<float, 4, 3, 32, 32> images{};
  const ctnn::Tensor<std::int32_t, 4> labels{};
  return trainer.step(images.data(), labels.data()) > 0;
}
