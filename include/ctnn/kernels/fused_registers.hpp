#pragma once
#include <ctnn/core/inline.hpp>
#include <ctnn/core/math.hpp>
#include <ctnn/graph/fused_body.hpp>
#include <ctnn/kernels/batch.hpp>
#include <ctnn/ops/storage.hpp>
#include <utility>

namespace ctnn::kernels {

/// One vector's worth of the body, in registers.
template <auto Body, class B>
class FusedRegisters {
 public:
  using T = Element<B>;

  CTNN_INLINE constexpr void set_root(const B& value) { numbers_[0] = value; }

  template <std::size_t I>
  CTNN_INLINE constexpr void set_input(const B& value) {
    numbers_[Body.has_root + I] = value;
  }

  CTNN_INLINE constexpr void compute() {
    [&]<std::size_t... I>(std::index_sequence<I...>) CTNN_INLINED {
      (this->template apply<I>(), ...);
    }
    (std::make_index_sequence<Body.operations>{});
  }

  template <std::size_t O>
  CTNN_INLINE constexpr B output() const {
    return number<Body.output_slot[O]>();
  }

 private:
  static constexpr bool is_truth(std::size_t slot) {
    return slot >= Body.operation_slot(0) && Body.operation[slot - Body.operation_slot(0)].makes_truth;
  }

  /// A truth value is the number 1 or 0 to whatever does not ask for a condition.
  template <std::size_t Slot>
  CTNN_INLINE constexpr B number() const {
    if constexpr (is_truth(Slot)) {
      using scalar::select;
      return select(truths_[Slot], B(T(1)), B(T(0)));
    } else {
      return numbers_[Slot];
    }
  }
  template <class D, std::size_t Slot, std::size_t Operand>
  CTNN_INLINE constexpr auto value() const {
    if constexpr (is_truth(Slot) && requires { requires D::condition_operand == Operand; })
      return truths_[Slot];
    else
      return number<Slot>();
  }

  template <std::size_t I>
  CTNN_INLINE constexpr void apply() {
    constexpr FusedOperation operation = Body.operation[I];
    constexpr std::size_t slot = Body.operation_slot(I);
    using D = Definition<operation.primitive>;
    if constexpr (D::arity == 0)
      numbers_[slot] = B(static_cast<T>(operation.scalar));
    else if constexpr (!Body.has_truths() && D::arity == 1)
      assign<slot>(D::value(numbers_[operation.operands[0]]));
    else if constexpr (!Body.has_truths() && D::arity == 2)
      assign<slot>(D::value(numbers_[operation.operands[0]], numbers_[operation.operands[1]]));
    else
      [&]<std::size_t... K>(std::index_sequence<K...>) CTNN_INLINED {
        assign<slot>(D::value(this->template value<D, operation.operands[K], K>()...));
      }
    (std::make_index_sequence<D::arity>{});
  }

  template <std::size_t Slot>
  CTNN_INLINE constexpr void assign(const auto& result) {
    if constexpr (is_truth(Slot))
      truths_[Slot] = result;
    else
      numbers_[Slot] = result;
  }

  B numbers_[Body.slots() + 1];
  typename BatchOf<B>::mask truths_[Body.slots() + 1];
};

}  // namespace ctnn::kernels
