#pragma once
#include <array>
#include <bit>
#include <ctnn/bench/work.hpp>
#include <ctnn/core/aligned_buffer.hpp>
#include <ctnn/core/random.hpp>
#include <ctnn/core/rounding.hpp>
#include <ctnn/kernels/program.hpp>
#include <memory>
#include <span>
#include <vector>

namespace ctnn::bench {

namespace detail {

/// Makes the first number of an input depend on a result, and leaves its value: the next call then has to
/// wait for this one. In integers, as that is a matter of one cycle each.
template <class T>
CTNN_INLINE void chain(T* input, const T* result) {
  using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  const volatile Bits nothing = 0;
  *input = std::bit_cast<T>(std::bit_cast<Bits>(*input) ^ (std::bit_cast<Bits>(*result) & nothing));
}

/// Puts memory out of all caches where the machine can be told to.
inline void flush([[maybe_unused]] const void* data, [[maybe_unused]] std::size_t bytes) {
#if defined(__SSE2__)
  for (std::size_t i = 0; i < bytes; i += 64) __builtin_ia32_clflush(static_cast<const char*>(data) + i);
  __builtin_ia32_mfence();
#endif
}
#if defined(__SSE2__)
inline constexpr bool can_flush = true;
#else
inline constexpr bool can_flush = false;
#endif

}  // namespace detail

/// The program of a graph, Source::graph, and all the memory that it names: inputs are numbers from -1 to 1,
/// states and the weights of samples from 0.5 to 1, indices 0.
template <class Source, class T>
class ProgramCall {
 public:
  using program = Program<Source, T>;
  using value_type = T;
  static constexpr Work work = [] {
    Work result = work_of<Source, T>;
    result.workspace_bytes = program::workspace_bytes;
    return result;
  }();

  ProgramCall() {
    for (std::size_t i = 0; i < block::count; ++i) {
      memory_.emplace_back(i == block::arena ? program::workspace_bytes : bytes[i]);
      blocks_.bind(i, memory_.back().data());
    }
    for (std::size_t i = 1; i < block::count; ++i) {
      if (!is_real[i]) continue;
      const bool positive = i == block::states || i == block::sample_weights;
      Random random(Seed{1}, i);
      for (T& x : numbers(i)) x = random.uniform(positive ? T(0.5) : T(-1), T(1));
    }
  }

  /// The numbers of a block.
  std::span<T> numbers(std::size_t block) {
    return {reinterpret_cast<T*>(memory_[block].data()), memory_[block].size() / sizeof(T)};
  }

  CTNN_INLINE void operator()() { program::run(blocks_); }
  CTNN_INLINE void chain() { detail::chain(at(first_input), at(first_output)); }
  void flush() const {
    for (const auto& memory : memory_) detail::flush(memory.data(), memory.size());
  }

 private:
  T* at(const Binding& place) { return numbers(place.block).data() + place.offset; }

  static constexpr bool is_input(const Node& node) {
    return node.primitive == &primitive::input && node.type == ElementType::real;
  }
  static constexpr std::array<std::size_t, block::count> bytes = [] {
    std::array<std::size_t, block::count> result{};
    const GraphView graph = Source::graph.view();
    const auto cover = [&](const Node& node, std::size_t block, std::size_t offset) {
      const std::size_t end = (offset + node.shape.elements()) * element_bytes(node.type, sizeof(T));
      result[block] = std::max(result[block], round_up(end, alignment));
    };
    for (const Node& node : graph.nodes)
      if (node.primitive == &primitive::input)
        cover(node, node.attributes.integers[0], node.attributes.integers[1]);
    for (const Output& output : graph.outputs)
      cover(graph[output.node], output.binding.block, output.binding.offset);
    return result;
  }();
  static constexpr std::array<bool, block::count> is_real = [] {
    std::array<bool, block::count> result{};
    for (const Node& node : Source::graph.view().nodes)
      if (is_input(node)) result[node.attributes.integers[0]] = true;
    return result;
  }();
  /// What makes calls depend on each other: block::input where the graph reads it.
  static constexpr Binding first_input = [] {
    Binding result{};
    for (const Node& node : Source::graph.view().nodes) {
      if (!is_input(node)) continue;
      const Binding place{node.attributes.integers[0], node.attributes.integers[1]};
      if (result.block == block::arena || place.block == block::input) result = place;
    }
    return result;
  }();
  static constexpr Binding first_output = Source::graph.view().outputs.front().binding;

  std::vector<AlignedBuffer<std::byte>> memory_;
  Blocks blocks_;
};

}  // namespace ctnn::bench
