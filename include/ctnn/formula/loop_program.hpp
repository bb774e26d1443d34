#pragma once
#include <algorithm>
#include <bit>
#include <ctnn/core/rounding.hpp>
#include <ctnn/formula/element_program.hpp>
#include <ctnn/kernels/program.hpp>
#include <ctnn/ops/loop.hpp>

namespace ctnn {

namespace formula {

/// The body of a loop, or a derivative of it, as a graph that programs run.
template <const LoopBody* Body, std::size_t Path>
struct FrozenBody {
  static constexpr auto graph = freeze_graph([] { return ctnn::detail::derived_body(*Body, Path); });
};

/// How a loop goes through its rows; a step's numbers of elements are constants, that of steps is not, so
/// that all loops over one body are one function.
struct LoopRun {
  std::size_t steps;
  bool history, backward;
};

/// Copies Count elements, without a loop if they are few: the compiler then keeps them in registers.
template <std::size_t Count, class T>
CTNN_INLINE void copy_numbers(const T* from, T* to) {
  if constexpr (Count <= 32) [&]<std::size_t... I>(std::index_sequence<I...>) CTNN_INLINED {
      ((to[I] = from[I]), ...);
    }
  (std::make_index_sequence<Count>{});
  else std::copy_n(from, Count, to);
}

/// A loop whose values are all numbers: the state stays in registers.
template <class T, class Source, std::size_t State, std::size_t Scanned>
class NumberLoop {
  using Program = ElementProgram<Source>;

 public:
  static constexpr std::size_t scratch_bytes = 0;

  [[gnu::noinline]] static void run(LoopRun loop, const T* first, const T* captured, const T* rows, T* result,
                                    T*) {
    T state[State];
    copy_numbers<State>(first, state);
    for (std::size_t t = 0; t < loop.steps; ++t) {
      const std::size_t row = loop.backward ? loop.steps - 1 - t : t;
      const T* scanned = rows + row * Scanned;
      Program::template run<T>(
          [&](const Binding& binding) CTNN_INLINED {
            return binding.block == LoopBody::state_block      ? state[binding.offset]
                   : binding.block == LoopBody::captured_block ? captured[binding.offset]
                                                               : scanned[binding.offset];
          },
          [&](const Binding& binding, T number) CTNN_INLINED { state[binding.offset] = number; });
      if (loop.history) copy_numbers<State>(state, result + row * State);
    }
    if (!loop.history) copy_numbers<State>(state, result);
  }
};

/// A loop with tensors: a program per step.
template <class T, class Source, std::size_t State, std::size_t Scanned>
class TensorLoop {
  using program = Program<Source, T>;

 public:
  /// The state, the next one, and the program's workspace.
  static constexpr std::size_t scratch_bytes = 2 * State * sizeof(T) + program::workspace_bytes + alignment;

  [[gnu::noinline]] static void run(LoopRun loop, const T* first, const T* captured, const T* rows, T* result,
                                    T* scratch) {
    T *state = scratch, *next = scratch + State;
    const auto end = std::bit_cast<std::uintptr_t>(next + State);
    std::byte* blocks[]{
        std::bit_cast<std::byte*>(round_up(end, alignment)), reinterpret_cast<std::byte*>(state),
        reinterpret_cast<std::byte*>(const_cast<T*>(captured)), nullptr, reinterpret_cast<std::byte*>(next)};
    std::copy_n(first, State, state);
    std::copy_n(first, State, next);
    for (std::size_t t = 0; t < loop.steps; ++t) {
      const std::size_t row = loop.backward ? loop.steps - 1 - t : t;
      blocks[LoopBody::scanned_block] = reinterpret_cast<std::byte*>(const_cast<T*>(rows + row * Scanned));
      program::run(blocks);
      std::copy_n(next, State, state);
      if (loop.history) std::copy_n(state, State, result + row * State);
    }
    if (!loop.history) std::copy_n(state, State, result);
  }
};

}  // namespace formula

template <>
struct Kernel<&primitive::loop> {
  template <class T, Signature S>
  static constexpr std::size_t scratch() {
    return (decltype(code<T, S>())::scratch_bytes + sizeof(T) - 1) / sizeof(T);
  }
  template <class T, Signature S>
  static void run(const KernelOperands& operands, T* scratch, std::byte* result) {
    constexpr detail::LoopForm form = detail::LoopForm::of(S.attributes);
    decltype(code<T, S>())::run({form.steps, form.history, form.backward}, operands.as<T>(0),
                                operands.as<T>(1), operands.as<T>(form.captured_size > 0 ? 2 : 1),
                                reinterpret_cast<T*>(result), scratch);
  }

 private:
  template <class T, Signature S>
  static constexpr auto code() {
    constexpr detail::LoopForm form = detail::LoopForm::of(S.attributes);
    using Source = formula::FrozenBody<form.body, form.path>;
    if constexpr (formula::is_elementwise(Source::graph.view()))
      return formula::NumberLoop<T, Source, form.state_size, form.scanned_size>{};
    else
      return formula::TensorLoop<T, Source, form.state_size, form.scanned_size>{};
  }
};

}  // namespace ctnn
