// UCI's optical digits, 8 x 8 counts of pixels: a table of numbers, and a perceptron with one hidden layer.
//   optdigits [folder with optdigits.tra and optdigits.tes]
#include <ctnn.hpp>
#include <ctnn/train.hpp>

#include "optical_digits.hpp"

using Net = ctnn::Model<ctnn::Sequential<ctnn::Linear<32>, ctnn::ReLU, ctnn::Linear<10>>, ctnn::Shape<64>>;

int main(int argc, char** argv) try {
  const auto [train, test] = OpticalDigits(argc, argv);

  constexpr ctnn::Seed seed{1};
  Net net(seed);
  ctnn::ProgressBar bar;
  const auto log = ctnn::fit<16>(net, train, ctnn::CrossEntropy{},
                                 ctnn::SGD{.learning_rate = 0.01, .momentum = 0.9, .weight_decay = 1e-3},
                                 {.epochs = 10,
                                  .validation = &test,
                                  .seed = seed,
                                  .on_report = std::ref(bar),
                                  .on_progress = std::ref(bar)});
  return verdict(log.entries.back().validation_accuracy.value(), 0.95);
} catch (const std::exception& error) {
  std::cerr << "optdigits: " << error.what() << '\n';
  return 1;
}
