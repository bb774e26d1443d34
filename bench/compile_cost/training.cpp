// The CIFAR-10 tutorial's network, trained and saved.
// budget: g++ 9 s 540 MB
// budget: clang++ 10 s 620 MB
#include <ctnn.hpp>
#include <ctnn/data/cifar10.hpp>
#include <ctnn/io/model_file.hpp>
#include <ctnn/train.hpp>

using LeNet =
    ctnn::Sequential<ctnn::Named<"conv1", ctnn::Conv2d<6, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>,
                     ctnn::Named<"conv2", ctnn::Conv2d<16, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten,
                     ctnn::Named<"fc1", ctnn::Linear<120>>, ctnn::ReLU, ctnn::Named<"fc2", ctnn::Linear<84>>,
                     ctnn::ReLU, ctnn::Named<"fc3", ctnn::Linear<10>>>;

int main(int, char** arguments) {
  const ctnn::Cifar10 images = ctnn::read_cifar10_directory(arguments[1]);
  ctnn::Model<LeNet, ctnn::Shape<3, 32, 32>> net(ctnn::Seed{0});
  ctnn::fit<4>(net, images.train, ctnn::CrossEntropy{}, ctnn::SGD{.learning_rate = 0.001, .momentum = 0.9},
               {.epochs = 2});
  ctnn::save(net, "lenet.safetensors");
}
