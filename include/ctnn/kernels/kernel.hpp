#pragma once
#include <cstddef>
#include <cstdint>
#include <ctnn/graph/graph.hpp>

namespace ctnn {

/// The addresses of a kernel's operands; their elements are T, or std::int32_t for indices.
struct KernelOperands {
  const std::byte* address[Signature::max_operands];

  template <class T>
  const T* as(std::size_t i) const {
    return reinterpret_cast<const T*>(address[i]);
  }
};

/// A primitive's plain meaning, Definition::evaluate, as its code.
template <const Primitive* P>
struct PlainKernel {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return P->kind == Kind::contraction ? S.result.elements() : 0;
  }

  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, auto&& result) {
    const T* real[Signature::max_operands]{};
    for (std::size_t i = 0; i < S.operand_count; ++i) real[i] = operands.as<T>(i);
    if constexpr (P->kind == Kind::contraction) {
      Definition<P>::evaluate(S, real, scratch);
      std::size_t columns = 1;
      for (std::size_t i = 0; i < P->column_axes; ++i) columns *= S.result[S.result.rank - 1 - i];
      for (std::size_t i = 0; i < S.result.elements(); ++i) result(i / columns, i % columns, scratch[i]);
    } else {
      Definition<P>::evaluate(S, real, reinterpret_cast<T*>(result));
    }
  }
};

/// The code of a primitive that is not elementwise, found by its address. Specialise it to give a primitive
/// its own loops:
///   scratch<T, S>()                       how many elements of T it needs as scratch
///   run<T, S>(operands, scratch, result)  of a contraction, result(row, column, batch) takes finished
///   vectors;
///                                         of all others it is the result's address.
template <const Primitive* P>
struct Kernel : PlainKernel<P> {};

}  // namespace ctnn
