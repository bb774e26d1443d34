#pragma once
#include <algorithm>
#include <ctnn/core/inline.hpp>
#include <ctnn/core/math.hpp>
#include <ctnn/core/rounding.hpp>
#include <ctnn/graph/fused_body.hpp>
#include <ctnn/kernels/batch.hpp>
#include <ctnn/ops/storage.hpp>
#include <utility>

namespace ctnn::kernels {

template <class D, std::size_t K>
concept TakesCondition = requires {
  requires D::condition_operand == K;
};

/// Where an operation finds its operands and leaves its result.
struct OperationSlots {
  std::size_t result = 0, operands[3]{};
  double scalar = 0;
};

/// One operation on registers. Bit k of `Truths` says that operand k is a truth value, bit 3 that the result
/// is. The code is found by the primitive, and the slots are arguments: a function per operation would be
/// many, each with the whole body in its name.
template <const Primitive* P, unsigned Truths, class B>
CTNN_INLINE constexpr void apply_operation(B* numbers, typename BatchOf<B>::mask* truths,
                                           const OperationSlots& at) {
  using D = Definition<P>;
  using T = Element<B>;
  const auto operand = [&]<std::size_t K>() CTNN_INLINED {
    constexpr bool is_truth = Truths >> K & 1;
    if constexpr (is_truth && TakesCondition<D, K>) {
      return truths[at.operands[K]];
    } else if constexpr (is_truth) {
      // A truth value is the number 1 or 0 to whatever does not ask for a condition.
      using scalar::select;
      return select(truths[at.operands[K]], B(T(1)), B(T(0)));
    } else {
      return numbers[at.operands[K]];
    }
  };
  const auto assign = [&](const auto& result) CTNN_INLINED {
    if constexpr (Truths >> 3 & 1)
      truths[at.result] = result;
    else
      numbers[at.result] = result;
  };
  // Most have no truth values, and each call that the compiler inlines takes its time.
  if constexpr (D::arity == 0)
    numbers[at.result] = B(static_cast<T>(at.scalar));
  else if constexpr (D::arity == 1 && Truths == 0)
    numbers[at.result] = D::value(numbers[at.operands[0]]);
  else if constexpr (D::arity == 2 && Truths == 0)
    numbers[at.result] = D::value(numbers[at.operands[0]], numbers[at.operands[1]]);
  else if constexpr (D::arity == 1)
    assign(D::value(operand.template operator()<0>()));
  else if constexpr (D::arity == 2)
    assign(D::value(operand.template operator()<0>(), operand.template operator()<1>()));
  else
    assign(D::value(operand.template operator()<0>(), operand.template operator()<1>(),
                    operand.template operator()<2>()));
}

/// One vector's worth of the body, in registers.
template <auto Body, class B>
class FusedRegisters {
 public:
  CTNN_INLINE constexpr void set_root(const B& value) { numbers_[0] = value; }
  CTNN_INLINE constexpr void set_input(std::size_t i, const B& value) { numbers_[first_input + i] = value; }

  CTNN_INLINE constexpr void compute() {
    compute_all(std::make_index_sequence<ceil_divide(Body.operations, block)>{});
  }

  template <std::size_t O>
  CTNN_INLINE constexpr B output() const {
    constexpr std::size_t slot = Body.output_slot[O];
    if constexpr (is_truth(slot)) {
      using scalar::select;
      return select(truths_[slot], B(Element<B>(1)), B(Element<B>(0)));
    } else {
      return numbers_[slot];
    }
  }

 private:
  // Code that runs reads constants of these, not of Body: or the compiler would emit it, with the primitives
  // that it points to and all their functions.
  static constexpr std::size_t first_input = Body.has_root;

  static constexpr bool is_truth(std::size_t slot) {
    return slot >= Body.operation_slot(0) && Body.operation[slot - Body.operation_slot(0)].makes_truth;
  }
  struct Operations {
    const Primitive* primitive[Body.operations + 1]{};
    unsigned truths[Body.operations + 1]{};
  };
  struct Slots {
    OperationSlots of[Body.operations + 1]{};
  };
  static constexpr Operations find_operations() {
    Operations result;
    for (std::size_t i = 0; i < Body.operations; ++i) {
      const FusedOperation& operation = Body.operation[i];
      result.primitive[i] = operation.primitive;
      for (std::size_t k = 0; k < 3; ++k) result.truths[i] |= unsigned{is_truth(operation.operands[k])} << k;
      result.truths[i] |= unsigned{operation.makes_truth} << 3;
    }
    return result;
  }
  static constexpr Slots find_slots() {
    Slots result;
    for (std::size_t i = 0; i < Body.operations; ++i) {
      result.of[i].result = Body.operation_slot(i);
      copy_elements(Body.operation[i].operands, result.of[i].operands);
      result.of[i].scalar = Body.operation[i].scalar;
    }
    return result;
  }
  static constexpr Operations operations = find_operations();
  /// Apart from the primitives, which are for the compiler alone.
  static constexpr Slots slots = find_slots();

  /// Clang folds over no more than 256.
  static constexpr std::size_t block = 64;
  template <std::size_t... Block>
  CTNN_INLINE constexpr void compute_all(std::index_sequence<Block...>) {
    (this->template compute_block<block * Block>(
         std::make_index_sequence<std::min(block, Body.operations - block * Block)>{}),
     ...);
  }
  template <std::size_t First, std::size_t... I>
  CTNN_INLINE constexpr void compute_block(std::index_sequence<I...>) {
    (apply_operation<operations.primitive[First + I], operations.truths[First + I]>(numbers_, truths_,
                                                                                    slots.of[First + I]),
     ...);
  }

  B numbers_[Body.slots() + 1];
  typename BatchOf<B>::mask truths_[Body.slots() + 1];
};

}  // namespace ctnn::kernels
