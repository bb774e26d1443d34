// Whole networks: calls of engines, and training steps.
#include <ctnn.hpp>
#include <ctnn/bench.hpp>

namespace {

using namespace ctnn::bench;

using Tutorial =
    ctnn::Model<ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Conv2d<16, 5>,
                                 ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten, ctnn::Linear<120>, ctnn::ReLU,
                                 ctnn::Linear<84>, ctnn::ReLU, ctnn::Linear<10>>,
                ctnn::Shape<3, 32, 32>>;
using Controller =
    ctnn::Model<ctnn::Sequential<ctnn::Linear<8>, ctnn::Tanh, ctnn::Linear<8>, ctnn::Tanh, ctnn::Linear<1>>,
                ctnn::Shape<1>>;
using Perceptron = ctnn::Model<
    ctnn::Sequential<ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<10>>,
    ctnn::Shape<32>>;
using Digits = ctnn::Model<
    ctnn::Sequential<ctnn::Linear<128>, ctnn::ReLU, ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<10>>,
    ctnn::Shape<784>>;

template <class Net>
struct Engines {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    EngineCall<Net>::add(tasks, prefix);
    NarrowEngineCall<Net, ctnn::weights::bf16>::add(tasks, prefix);
    NarrowEngineCall<Net, ctnn::weights::int8>::add(tasks, prefix);
  }
};

}  // namespace

int main(int argc, char** argv) {
  return ctnn::bench::main<
      Named<"1-8-8-1 tanh", EngineCall<Controller>>, Named<"32-64-64-10 ReLU", Engines<Perceptron>>,
      Named<"784-128-64-10 ReLU", Engines<Digits>>,
      Named<"CIFAR-10 tutorial", Engines<Tutorial>, TrainingStep<Tutorial, ctnn::CrossEntropy, 4>,
            TrainingStep<Tutorial, ctnn::CrossEntropy, 64>>>(argc, argv);
}
