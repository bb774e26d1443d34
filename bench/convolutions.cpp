// Convolutions of one image, weights packed before, against oneDNN where it is installed; and both adjoints.
#include <ctnn.hpp>
#include <ctnn/bench.hpp>

#include "peers/convolution.hpp"

namespace {

using namespace ctnn::bench;

template <ctnn::FixedString Name, std::size_t In, std::size_t Side, std::size_t Out, std::size_t Kernel,
          std::size_t Padding>
struct Convolution {
  using Layer = ctnn::Conv2d<Out, Kernel, ctnn::Padding<Padding>, ctnn::Bias<false>>;
  using Sample = ctnn::Shape<In, Side, Side>;
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    Named<Name,
          EngineCall<ctnn::Model<Layer, Sample>
#ifdef CTNN_PEER_DNNL
                     ,
                     ::bench::OneDnnConvolution<In, Side, Out, Kernel, Padding>
#endif
                     >,
          Adjoint<Layer, Sample, 1, float, By::input>,
          Adjoint<Layer, Sample, 1, float, By::parameters>>::add(tasks, prefix);
  }
};

}  // namespace

int main(int argc, char** argv) {
  return ctnn::bench::main<Convolution<"3x32x32 to 6, k5", 3, 32, 6, 5, 0>,
                           Convolution<"6x14x14 to 16, k5", 6, 14, 16, 5, 0>,
                           Convolution<"64x56x56 to 64, k3", 64, 56, 64, 3, 1>,
                           Convolution<"3x224x224 to 64, k3", 3, 224, 64, 3, 1>>(argc, argv);
}
