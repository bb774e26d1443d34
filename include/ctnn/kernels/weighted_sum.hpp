#pragma once
#include <ctnn/kernels/simd.hpp>

namespace ctnn::kernels {

/// Adds up `parts` blocks of `count` numbers, a multiple of 16, that lie `stride` apart: each times its
/// weight, one after the other. The first becomes the sum.
template <class T>
[[gnu::noinline]] void weighted_sum(T* blocks, std::size_t stride, const T* weights, std::size_t parts,
                                    std::size_t count) {
  using B = Batch<T>;
  for (std::size_t i = 0; i < count; i += lanes<B>) {
    B sum = load<B>(blocks + i) * B(weights[0]);
    for (std::size_t p = 1; p < parts; ++p)
      sum = fused_multiply_add(load<B>(blocks + p * stride + i), B(weights[p]), sum);
    store(blocks + i, sum);
  }
}

}  // namespace ctnn::kernels
