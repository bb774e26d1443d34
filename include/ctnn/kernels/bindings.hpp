#pragma once
#include <ctnn/kernels/kernel.hpp>
#include <ctnn/kernels/matrix_product.hpp>
#include <ctnn/ops/matrix_product.hpp>
#include <ctnn/ops/pooling.hpp>

namespace ctnn {

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
struct Kernel<&primitive::arg_max_pool> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return 0;
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    detail::ArgMaxPool::pick(S, operands.as<T>(0), reinterpret_cast<std::int32_t*>(result));
  }
};
template <>
struct Kernel<&primitive::gather> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return 0;
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    detail::Gather::pick(S, operands.as<T>(0), operands.as<std::int32_t>(1), reinterpret_cast<T*>(result));
  }
};
template <>
struct Kernel<&primitive::scatter_add> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return 0;
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T*, std::byte* result) {
    detail::ScatterAdd::add(S, operands.as<T>(0), operands.as<std::int32_t>(1), reinterpret_cast<T*>(result));
  }
};

}  // namespace ctnn
