// Each type of layer at a typical shape: value, tangent, adjoint and engine.
#include <ctnn.hpp>
#include <ctnn/bench.hpp>
#include <ctnn/layers_formula.hpp>

namespace {

using namespace ctnn;
using Features = Shape<256>;
using Image = Shape<32, 28, 28>;
using SamePlaces = Conv2d<32, 3, Padding<1>>;

template <class L, class S = Image>
using Row = bench::Layer<L, S>;

}  // namespace

int main(int argc, char** argv) {
  return bench::main<Row<Linear<256>, Features>, Row<Softmax, Features>, Row<SamePlaces>, Row<Conv2d<64, 1>>,
                     Row<MaxPool2d<2>>, Row<AvgPool2d<2>>, Row<AdaptiveAvgPool2d<1>>, Row<BatchNorm2d<>>,
                     Row<ReLU>, Row<Tanh>, Row<Sigmoid>, Row<GELU>,
                     Row<Sequential<SamePlaces, BatchNorm2d<>, ReLU>>, Row<Residual<SamePlaces>>,
                     Row<Concat<SamePlaces, Conv2d<16, 1>>>>(argc, argv);
}
