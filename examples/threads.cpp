// Trains the same network on one thread and on all that the machine has: the weights are the same, bit for
// bit.
#include <algorithm>
#include <ctnn.hpp>
#include <ctnn/data/generated_images.hpp>
#include <ctnn/train.hpp>
#include <iostream>

using LeNet = ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Conv2d<16, 5>,
                               ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten, ctnn::Linear<120>, ctnn::ReLU,
                               ctnn::Linear<84>, ctnn::ReLU, ctnn::Linear<10>>;
using Net = ctnn::Model<LeNet, ctnn::Shape<3, 32, 32>>;
static_assert(ctnn::chunk_size<Net, ctnn::CrossEntropy, 64> == 16);

int main() {
  const auto images = ctnn::generated_images(5000, ctnn::Seed{1});
  const auto unseen = ctnn::generated_images(1000, ctnn::Seed{2});
  const auto train = [&](const char* on, std::size_t threads) {
    Net net{ctnn::Seed{42}};
    const ctnn::TrainingLog log =
        ctnn::fit<64>(net, images, ctnn::CrossEntropy{}, ctnn::Adam{.learning_rate = 3e-3},
                      {.epochs = 8, .validation = &unseen, .threads = threads});
    std::cout << on << ": " << log.samples_per_second() << " images a second, accuracy "
              << log.entries.back().validation_accuracy.value() << '\n';
    return net;
  };
  const Net net = train("one thread", 1), other = train("all threads", 0);
  const auto scores = ctnn::predict<64>(net, unseen.samples, {.threads = 0});
  std::cout << "class 0 scores " << scores[0] << " on the first image\n";
  return std::ranges::equal(net.parameters(), other.parameters()) ? 0 : 1;
}
