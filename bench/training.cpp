// Training steps: loss, gradient and update of one mini-batch.
#include <ctnn.hpp>
#include <ctnn/bench.hpp>
#include <ctnn/train.hpp>

#include "networks.hpp"
#include "peers/dlib.hpp"
#include "peers/perceptron.hpp"
#include "peers/torch.hpp"

namespace {

using namespace ctnn::bench;
using namespace bench;

struct Momentum : ctnn::SGD {
  Momentum() : ctnn::SGD{.momentum = 0.9} {}
};

using Xor = ctnn::Model<ctnn::Sequential<ctnn::Linear<4>, ctnn::Tanh, ctnn::Linear<1>>, ctnn::Shape<2>>;

template <std::size_t Batch>
using TutorialStep = TrainingStep<Tutorial, ctnn::CrossEntropy, Batch, ctnn::SGD
#ifdef CTNN_PEER_TORCH
                                  ,
                                  TorchStep<Tutorial, Batch>
#endif
#ifdef CTNN_PEER_DLIB
                                  ,
                                  DlibTutorialStep<Tutorial>
#endif
                                  >;
template <std::size_t Batch>
using DigitsStep = TrainingStep<Digits, ctnn::CrossEntropy, Batch, ctnn::SGD
#ifdef CTNN_PEER_EIGEN3
                                ,
                                EigenPerceptronStep<Digits, Batch>
#endif
#ifdef CTNN_PEER_TORCH
                                ,
                                TorchStep<Digits, Batch>
#endif
                                >;
using XorEpoch = TrainingStep<Xor, ctnn::BinaryCrossEntropyWithLogits, 4, Momentum
#ifdef CTNN_PEER_DLIB
                              ,
                              DlibXorStep<Xor>
#endif
                              >;

}  // namespace

int main(int argc, char** argv) {
  return ctnn::bench::main<Named<"CIFAR-10 tutorial", TutorialStep<4>, TutorialStep<64>>,
                           Named<"784-128-64-10 ReLU", DigitsStep<1>, DigitsStep<32>, DigitsStep<128>>,
                           Named<"2-4-1 tanh, XOR", XorEpoch>>(argc, argv);
}
