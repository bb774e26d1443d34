#pragma once
#include <algorithm>
#include <ctnn/kernels/box.hpp>
#include <ctnn/kernels/convolution.hpp>
#include <ctnn/kernels/convolution_input_adjoint.hpp>
#include <ctnn/kernels/convolution_weight_adjoint.hpp>
#include <ctnn/kernels/cumulative.hpp>
#include <ctnn/kernels/kernel.hpp>
#include <ctnn/kernels/matrix_product.hpp>
#include <ctnn/kernels/movement.hpp>
#include <ctnn/kernels/pooling.hpp>
#include <ctnn/kernels/reduction.hpp>
#include <ctnn/ops/concat.hpp>
#include <ctnn/ops/cumulative.hpp>
#include <ctnn/ops/gather.hpp>
#include <ctnn/ops/pooling.hpp>
#include <ctnn/ops/product.hpp>
#include <ctnn/ops/reduction.hpp>
#include <ctnn/ops/storage.hpp>

/// Ties each primitive to the kernel that computes it.
namespace ctnn {

namespace detail {
struct NoScratch {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return 0;
  }
};

constexpr Permutation permutation(const Signature& s) {
  const Extents order = unpack(s.attributes);
  Permutation result{order.rank, {}, {}};
  for (std::size_t i = 0; i < order.rank; ++i) {
    result.extents[i] = s.operands[0][i];
    result.axes[i] = order[i];
  }
  return result;
}

constexpr BoxSizes box_sizes(const Extents& block, const Extents& box, const Attributes& attributes) {
  BoxSizes result{block.rank, {}, {}, {}};
  for (std::size_t i = 0; i < block.rank; ++i) {
    result.block[i] = block[i];
    result.box[i] = box[i];
    result.begin[i] = attributes.integers[i];
  }
  return result;
}

/// `large` and `small` are the blocks that indices point into and that are picked.
constexpr GatherSizes gather_sizes(const Attributes& attributes, const Extents& picked) {
  const std::size_t axis = attributes.integers[0], inner = picked.stride(axis);
  return {picked.elements() / (inner * picked[axis]), attributes.integers[1], picked[axis], inner};
}
}  // namespace detail

template <>
struct Kernel<&primitive::matrix_product> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return kernels::matrix_product_scratch<T, detail::MatrixProduct::sizes(S)>();
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, auto&& sink) {
    kernels::matrix_product<T, detail::MatrixProduct::sizes(S)>(operands.as<T>(0), operands.as<T>(1), scratch,
                                                                sink);
  }
};

template <>
struct Kernel<&primitive::convolution> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return kernels::convolution_scratch<T, detail::Convolution::sizes(S)>();
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, auto&& sink) {
    kernels::convolution<T, detail::Convolution::sizes(S)>(operands.as<T>(0), operands.as<T>(1), scratch,
                                                           sink);
  }
};
template <>
struct Kernel<&primitive::packed_convolution> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return kernels::convolution_packed_scratch<T, detail::PackedConvolution::sizes(S)>();
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, auto&& sink) {
    kernels::convolution_packed<T, detail::PackedConvolution::sizes(S)>(operands.as<T>(0), operands.as<T>(1),
                                                                        scratch, sink);
  }
};
/// Words are as wide as floats: those kernels read them, too.
template <>
struct Kernel<&primitive::narrow_matrix_product> {
  using Plain = PlainKernel<&primitive::narrow_matrix_product>;
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    if constexpr (std::is_same_v<T, float>)
      return kernels::matrix_product_scratch<T, detail::NarrowMatrixProduct::sizes(S)>();
    else
      return Plain::scratch<T, S>();
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, auto&& sink) {
    if constexpr (std::is_same_v<T, float>)
      kernels::matrix_product<T, detail::NarrowMatrixProduct::sizes(S)>(operands.as<T>(0), operands.as<T>(1),
                                                                        scratch, sink);
    else
      Plain::run<T, S>(operands, scratch, sink);
  }
};
template <>
struct Kernel<&primitive::narrow_convolution> {
  using Plain = PlainKernel<&primitive::narrow_convolution>;
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    if constexpr (std::is_same_v<T, float>)
      return kernels::convolution_packed_scratch<T, detail::NarrowConvolution::sizes(S)>();
    else
      return Plain::scratch<T, S>();
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, auto&& sink) {
    if constexpr (std::is_same_v<T, float>)
      kernels::convolution_packed<T, detail::NarrowConvolution::sizes(S)>(operands.as<T>(0),
                                                                          operands.as<T>(1), scratch, sink);
    else
      Plain::run<T, S>(operands, scratch, sink);
  }
};
template <>
struct Kernel<&primitive::convolution_input_adjoint> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return kernels::convolution_input_adjoint_scratch<T, detail::ConvolutionInputAdjoint::sizes(S)>();
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, auto&& sink) {
    kernels::convolution_input_adjoint<T, detail::ConvolutionInputAdjoint::sizes(S)>(
        operands.as<T>(0), operands.as<T>(1), scratch, sink);
  }
};
template <>
struct Kernel<&primitive::convolution_weight_adjoint> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return kernels::convolution_weight_adjoint_scratch<T, detail::ConvolutionWeightAdjoint::sizes(S)>();
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, auto&& sink) {
    kernels::convolution_weight_adjoint<T, detail::ConvolutionWeightAdjoint::sizes(S)>(
        operands.as<T>(0), operands.as<T>(1), scratch, sink);
  }
};

template <>
struct Kernel<&primitive::max_pool> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::max_pool<T, detail::MaxPool::sizes(S)>(operands.as<T>(0), reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::max_pool_tangent> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::max_pool_tangent<T, detail::MaxPoolTangent::sizes(S)>(operands.as<T>(0), operands.as<T>(1),
                                                                   reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::max_pool_adjoint> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::max_pool_adjoint<T, detail::MaxPoolAdjoint::sizes(S)>(operands.as<T>(0), operands.as<T>(1),
                                                                   reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::average_pool> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::average_pool<T, detail::AveragePool::sizes(S)>(operands.as<T>(0), reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::average_pool_adjoint> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::average_pool_adjoint<T, detail::AveragePoolAdjoint::sizes(S)>(operands.as<T>(0),
                                                                           reinterpret_cast<T*>(result));
  }
};

template <>
struct Kernel<&primitive::sum> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::sum<T, detail::Sum::sizes(S)>(operands.as<T>(0), reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::maximum_over_axes> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::maximum<T, detail::MaximumOverAxes::sizes(S)>(operands.as<T>(0), reinterpret_cast<T*>(result));
  }
};

template <>
struct Kernel<&primitive::product> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::product<T, detail::Product::sizes(S)>(operands.as<T>(0), reinterpret_cast<T*>(result));
  }
};

template <>
struct Kernel<&primitive::cumulative_sum> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::cumulative_sum<T, detail::CumulativeSum::sizes(S)>(operands.as<T>(0),
                                                                reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::linear_recurrence> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::linear_recurrence<T, detail::LinearRecurrence::sizes(S)>(operands.as<T>(0), operands.as<T>(1),
                                                                      reinterpret_cast<T*>(result));
  }
};

template <>
struct Kernel<&primitive::transpose> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::transpose<T, detail::permutation(S)>(operands.as<T>(0), reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::slice> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::slice<T, detail::box_sizes(S.operands[0], S.result, S.attributes)>(operands.as<T>(0),
                                                                                reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::pad> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::pad<T, detail::box_sizes(S.result, S.operands[0], S.attributes)>(operands.as<T>(0),
                                                                              reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::concat> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    constexpr std::size_t runs = S.operands[0].elements() / detail::Concat::run(S, 0);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      kernels::concat<runs, detail::Concat::run(S, I)...>(reinterpret_cast<T*>(result), operands.as<T>(I)...);
    }
    (std::make_index_sequence<S.operand_count>{});
  }
};
template <>
struct Kernel<&primitive::gather> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::gather<T, detail::gather_sizes(S.attributes, S.operands[1])>(
        operands.as<T>(0), operands.as<std::int32_t>(1), reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::scatter_add> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    kernels::scatter_add<T, detail::gather_sizes(S.attributes, S.operands[1])>(
        operands.as<T>(0), operands.as<std::int32_t>(1), reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::copy> : detail::NoScratch {
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    constexpr std::size_t bytes = S.types[0] == ElementType::index ? sizeof(std::int32_t) : sizeof(T);
    std::copy_n(operands.as<std::byte>(0), S.result.elements() * bytes, result);
  }
};

}  // namespace ctnn
