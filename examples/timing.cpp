// Times what the table in README.md says: a training step, and calls of engines. The best of many runs, so
// that other work on the machine counts little.
#include <chrono>
#include <ctnn.hpp>
#include <ctnn/train.hpp>
#include <iostream>
#include <limits>

using LeNet = ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Conv2d<16, 5>,
                               ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten, ctnn::Linear<120>, ctnn::ReLU,
                               ctnn::Linear<84>, ctnn::ReLU, ctnn::Linear<10>>;
using Classifier = ctnn::Model<LeNet, ctnn::Shape<3, 32, 32>>;
using Perceptron =
    ctnn::Sequential<ctnn::Linear<32>, ctnn::Tanh, ctnn::Linear<32>, ctnn::Tanh, ctnn::Linear<4>>;
using Controller = ctnn::Model<Perceptron, ctnn::Shape<16>>;

double best_microseconds(int calls, auto call) {
  using Clock = std::chrono::steady_clock;
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 200; ++run) {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < calls; ++i) call();
    best = std::min(best, std::chrono::duration<double, std::micro>(Clock::now() - start).count() / calls);
  }
  return best;
}

template <class Net>
double engine_microseconds(int calls) {
  ctnn::Engine engine{Net{ctnn::Seed{1}}};
  typename Net::input_tensor sample{};
  double sum = 0;
  const double best = best_microseconds(calls, [&] {
    sample[0] = static_cast<float>(sum);
    sum = engine(sample)[0] > 0 ? 1 : 0;  // each call waits for the one before
  });
  return best;
}

int main() {
  ctnn::Random random(ctnn::Seed{2});
  static ctnn::Tensor<float, 4, 3, 32, 32> images;
  for (float& pixel : images) pixel = random.normal();
  const ctnn::Tensor<std::int32_t, 4> labels{1, 3, 5, 7};
  Classifier net{ctnn::Seed{1}};
  ctnn::Trainer<Classifier, ctnn::CrossEntropy, ctnn::SGD, 4> trainer(net, ctnn::SGD{.learning_rate = 1e-5});

  std::cout << "training step of LeNet, 4 images: "
            << best_microseconds(20, [&] { trainer.step(images.data(), labels.data()); }) << " us\n"
            << "engine of LeNet, 1 image: " << engine_microseconds<Classifier>(20) << " us\n"
            << "engine of a 16-32-32-4 perceptron: " << 1000 * engine_microseconds<Controller>(1000)
            << " ns\n";
}
