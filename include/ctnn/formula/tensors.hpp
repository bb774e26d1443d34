#pragma once
#include <ctnn/core/aligned_buffer.hpp>
#include <ctnn/formula/call.hpp>
#include <ctnn/formula/loop_program.hpp>
#include <ctnn/kernels/program.hpp>

namespace ctnn::formula {

/// Runs a graph with tensors by the kernels of networks.
template <class Source, std::floating_point T>
struct TensorProgram<Source, T> {
  using program = Program<Source, T>;
  /// What a call may put on the stack; more comes from the heap.
  static constexpr std::size_t stack_bytes = 8192;

  CTNN_INLINE static void run(const auto& elements, T* const* outputs) {
    std::byte* blocks[Source::blocks]{};
    constexpr std::size_t first = Source::first_output_block, end = first + Source::outputs;
    const auto bind_inputs = [&](std::size_t from, std::size_t to) CTNN_INLINED {
      for (std::size_t i = from; i < to; ++i)
        blocks[i] = reinterpret_cast<std::byte*>(const_cast<T*>(elements({i, 0})));
    };
    bind_inputs(1, first);
    for (std::size_t i = first; i < end; ++i) blocks[i] = reinterpret_cast<std::byte*>(outputs[i - first]);
    bind_inputs(end, Source::blocks);
    if constexpr (program::workspace_bytes <= stack_bytes) {
      alignas(alignment) std::byte workspace[program::workspace_bytes];
      blocks[0] = workspace;
      program::run(blocks);
    } else {
      AlignedBuffer<std::byte> workspace(program::workspace_bytes);
      blocks[0] = workspace.span().data();
      program::run(blocks);
    }
  }
};

}  // namespace ctnn::formula
