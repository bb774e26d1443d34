// Weights of half and of a quarter the size: what they cost in accuracy, on UCI's optical digits.
//   narrow_weights [folder with optdigits.tra and optdigits.tes]
#include <ctnn.hpp>
#include <ctnn/train.hpp>

#include "optical_digits.hpp"

using Net = ctnn::Model<
    ctnn::Sequential<ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<10>>,
    ctnn::Shape<64>>;

template <class Weights = ctnn::weights::unchanged>
double report(std::string_view name, const Net& net, const OpticalDigits::Digits& digits) {
  ctnn::Engine<Net, Weights> engine(net);
  const ctnn::Metrics metrics = ctnn::evaluate(engine, digits, ctnn::CrossEntropy{});
  std::cout << name << ": " << sizeof(ctnn::Packed<Net, Weights>) << " bytes, loss "
            << ctnn::fixed(metrics.loss, 5) << ", accuracy "
            << ctnn::fixed(100 * metrics.accuracy().value(), 2) << " %\n";
  return metrics.accuracy().value();
}

int main(int argc, char** argv) try {
  const auto [train, test] = OpticalDigits(argc, argv);

  Net net(ctnn::Seed{1});
  ctnn::fit<16>(net, train, ctnn::CrossEntropy{},
                ctnn::SGD{.learning_rate = 0.01, .momentum = 0.9, .weight_decay = 1e-3}, {.epochs = 10});

  const double reference = report("float", net, test);
  const double halves = report<ctnn::weights::bf16>("bfloat16", net, test);
  const double integers = report<ctnn::weights::int8>("int8", net, test);
  return verdict(std::min(halves, integers), reference - 0.005);
} catch (const std::exception& error) {
  std::cerr << "narrow_weights: " << error.what() << '\n';
  return 1;
}
