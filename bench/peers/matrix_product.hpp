#pragma once
#include <ctnn/core/aligned_buffer.hpp>
#include <span>
#ifdef CTNN_PEER_EIGEN3
#include <Eigen/Core>
#endif
#ifdef CTNN_PEER_LIBXSMM
#include <libxsmm.h>
#endif
#ifdef CTNN_PEER_OPENBLAS
#include <cblas.h>
#endif

/// Y = X Wᵀ of M, N and K known while compiling: X [M, K] and Y [M, N] row by row; the weights W [N, K] were
/// turned before, as an engine does.
namespace bench {

template <std::size_t M, std::size_t N, std::size_t K>
class MatrixProductPeer {
 public:
  MatrixProductPeer(std::span<const float> weight, std::span<const float> input) {
    for (std::size_t n = 0; n < N; ++n)
      for (std::size_t k = 0; k < K; ++k) weight_.data()[k * N + n] = weight[n * K + k];
    std::ranges::copy(input, input_.data());
  }
  std::span<const float> output() const { return output_.span(); }

 protected:
  ctnn::AlignedBuffer<float> weight_{K * N}, input_{M * K}, output_{M * N};
};

#ifdef CTNN_PEER_EIGEN3
template <std::size_t M, std::size_t N, std::size_t K>
struct EigenProduct : MatrixProductPeer<M, N, K> {
  static constexpr const char* name = "Eigen";
  using MatrixProductPeer<M, N, K>::MatrixProductPeer;
  void operator()() {
    // Column by column, the transposes: Eigen's own order.
    using Weight = Eigen::Matrix<float, int(N), int(K)>;
    using Input = Eigen::Matrix<float, int(K), int(M)>;
    using Output = Eigen::Matrix<float, int(N), int(M)>;
    Eigen::Map<Output, Eigen::Aligned64>(this->output_.data()).noalias() =
        Eigen::Map<const Weight, Eigen::Aligned64>(this->weight_.data()) *
        Eigen::Map<const Input, Eigen::Aligned64>(this->input_.data());
  }
};
#endif

#ifdef CTNN_PEER_OPENBLAS
template <std::size_t M, std::size_t N, std::size_t K>
struct OpenBlasProduct : MatrixProductPeer<M, N, K> {
  static constexpr const char* name = "OpenBLAS";
  OpenBlasProduct(std::span<const float> weight, std::span<const float> input)
      : MatrixProductPeer<M, N, K>(weight, input) {
    openblas_set_num_threads(1);
  }
  void operator()() {
    constexpr int m = M, n = N, k = K;
    const float* weight = this->weight_.data();
    const float* input = this->input_.data();
    float* output = this->output_.data();
    if constexpr (M == 1)
      cblas_sgemv(CblasColMajor, CblasNoTrans, n, k, 1, weight, n, input, 1, 0, output, 1);
    else
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, input, k, weight, n, 0, output, n);
  }
};
#endif

#ifdef CTNN_PEER_LIBXSMM
/// Its kernel is made for the sizes at run time.
template <std::size_t M, std::size_t N, std::size_t K>
struct XsmmProduct : MatrixProductPeer<M, N, K> {
  static constexpr const char* name = "libxsmm";
  XsmmProduct(std::span<const float> weight, std::span<const float> input)
      : MatrixProductPeer<M, N, K>(weight, input) {
    const float zero = 0;
    kernel_ = libxsmm_smmdispatch(N, M, K, nullptr, nullptr, nullptr, nullptr, &zero, nullptr, nullptr);
  }
  void operator()() { kernel_(this->weight_.data(), this->input_.data(), this->output_.data()); }

 private:
  libxsmm_smmfunction kernel_;
};
#endif

}  // namespace bench
