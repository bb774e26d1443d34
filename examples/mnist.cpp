// Handwritten digits: MNIST's test set, 8,000 images to learn from and 2,000 to be examined on.
//   mnist [folder with t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz]
#include <ctnn.hpp>
#include <ctnn/data/idx.hpp>
#include <ctnn/data/transforms.hpp>
#include <ctnn/train.hpp>

#include "data_folder.hpp"

using Convolutions = ctnn::Sequential<ctnn::Conv2d<8, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>,  //
                                      ctnn::Conv2d<16, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>>;
using Net =
    ctnn::Model<ctnn::Sequential<Convolutions, ctnn::Flatten, ctnn::Linear<10>>, ctnn::Shape<1, 28, 28>>;

int main(int argc, char** argv) try {
  const auto folder = data_folder(argc, argv, "mnist");
  // The file has the easier writers first.
  const auto digits = ctnn::shuffled(
      ctnn::read_idx(folder / "t10k-images-idx3-ubyte.gz", folder / "t10k-labels-idx1-ubyte.gz"),
      ctnn::Seed{0});
  auto train = digits.subset(0, 8'000), test = digits.subset(8'000, 2'000);
  const ctnn::ChannelStatistics statistics = ctnn::channel_statistics(train);
  ctnn::normalise(train, statistics);
  ctnn::normalise(test, statistics);

  constexpr ctnn::Seed seed{1};
  Net net(seed);
  ctnn::ProgressBar bar;
  const auto log =
      ctnn::fit<16>(net, train, ctnn::CrossEntropy{},
                    ctnn::SGD{.learning_rate = 0.01, .momentum = 0.9, .weight_decay = 1e-3},
                    {.epochs = 5,
                     .validation = &test,
                     .seed = seed,
                     .learning_rate_scale = [](std::size_t epoch) { return epoch < 5 ? 1 : 0.1; },
                     .on_report = std::ref(bar),
                     .on_progress = std::ref(bar)});
  return verdict(log.entries.back().validation_accuracy.value(), 0.97);
} catch (const std::exception& error) {
  std::cerr << "mnist: " << error.what() << '\n';
  return 1;
}
