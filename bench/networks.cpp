// Whole networks: calls of engines, and outputs of mini-batches.
#include <ctnn.hpp>
#include <ctnn/bench.hpp>
#include <ctnn/models.hpp>

#include "networks.hpp"
#include "peers/perceptron.hpp"
#include "peers/torch.hpp"
#include "peers/xnnpack.hpp"

namespace {

using namespace ctnn::bench;
using namespace bench;

using Controller =
    ctnn::Model<ctnn::Sequential<ctnn::Linear<8>, ctnn::Tanh, ctnn::Linear<8>, ctnn::Tanh, ctnn::Linear<1>>,
                ctnn::Shape<1>>;
using Perceptron = ctnn::Model<
    ctnn::Sequential<ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<10>>,
    ctnn::Shape<32>>;

template <class Net>
struct NarrowEngines {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    NarrowEngineCall<Net, ctnn::weights::bf16>::add(tasks, prefix);
    NarrowEngineCall<Net, ctnn::weights::bf16_dot>::add(tasks, prefix);
    NarrowEngineCall<Net, ctnn::weights::int8>::add(tasks, prefix);
  }
};

template <class Net>
using PerceptronCall = EngineCall<Net
#ifdef CTNN_PEER_EIGEN3
                                  ,
                                  EigenPerceptron<Net, 1>
#endif
#ifdef CTNN_PEER_TORCH
                                  ,
                                  TorchForward<Net, 1>
#endif
                                  >;
using TutorialCall = EngineCall<Tutorial
#ifdef CTNN_PEER_XNNPACK
                                ,
                                XnnpackTutorial<Tutorial, 1>
#endif
#ifdef CTNN_PEER_TORCH
                                ,
                                TorchForward<Tutorial, 1>
#endif
                                >;
using TutorialBatch = Value<Tutorial::layer, Tutorial::input_shape, 64, float
#ifdef CTNN_PEER_XNNPACK
                            ,
                            XnnpackTutorial<Tutorial, 64>
#endif
#ifdef CTNN_PEER_TORCH
                            ,
                            TorchForward<Tutorial, 64>
#endif
                            >;

// The largest: its parameters are 45 MB.
using ResNet = ctnn::Model<ctnn::CifarResNet18<>, ctnn::Shape<3, 32, 32>>;
using ResNetCall = EngineCall<ResNet
#ifdef CTNN_PEER_TORCH
                              ,
                              TorchForward<ResNet, 1>
#endif
                              >;

}  // namespace

int main(int argc, char** argv) {
  return ctnn::bench::main<Named<"1-8-8-1 tanh", PerceptronCall<Controller>>,
                           Named<"32-64-64-10 ReLU", PerceptronCall<Perceptron>, NarrowEngines<Perceptron>>,
                           Named<"784-128-64-10 ReLU", PerceptronCall<Digits>, NarrowEngines<Digits>>,
                           Named<"CIFAR-10 tutorial", TutorialCall, NarrowEngines<Tutorial>, TutorialBatch>,
                           Named<"ResNet-18 of 32x32", ResNetCall>>(argc, argv);
}
