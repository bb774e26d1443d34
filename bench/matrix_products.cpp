// Matrix products and matrix-vector products, weights packed before, against the peers that are installed.
#include <ctnn.hpp>
#include <ctnn/bench.hpp>

#include "peers/matrix_product.hpp"

namespace {

template <std::size_t M, std::size_t N, std::size_t K>
using Net = ctnn::Model<ctnn::Linear<N, ctnn::Bias<false>>,
                        std::conditional_t<M == 1, ctnn::Shape<K>, ctnn::Shape<M, K>>>;

template <std::size_t M, std::size_t N, std::size_t K>
using Product = ctnn::bench::EngineCall<Net<M, N, K>
#ifdef CTNN_PEER_EIGEN3
                                        ,
                                        bench::EigenProduct<M, N, K>
#endif
#ifdef CTNN_PEER_OPENBLAS
                                        ,
                                        bench::OpenBlasProduct<M, N, K>
#endif
#ifdef CTNN_PEER_LIBXSMM
                                        ,
                                        bench::XsmmProduct<M, N, K>
#endif
                                        >;

}  // namespace

int main(int argc, char** argv) {
  using ctnn::bench::Named;
  return ctnn::bench::main<
      Named<"sgemm 4x120x400", Product<4, 120, 400>>, Named<"sgemm 64x120x400", Product<64, 120, 400>>,
      Named<"sgemm 64x128x784", Product<64, 128, 784>>, Named<"sgemm 64x64x64", Product<64, 64, 64>>,
      Named<"sgemm 16x784x75", Product<16, 784, 75>>, Named<"sgemm 16x75x784", Product<16, 75, 784>>,
      Named<"sgemm 256x256x256", Product<256, 256, 256>>, Named<"sgemv 16x16", Product<1, 16, 16>>,
      Named<"sgemv 32x32", Product<1, 32, 32>>, Named<"sgemv 64x64", Product<1, 64, 64>>,
      Named<"sgemv 128x784", Product<1, 128, 784>>>(argc, argv);
}
