#pragma once
#include <ctnn/graph/phases.hpp>
#include <ctnn/kernels/program.hpp>

namespace ctnn {

/// The program of a graph in phases, which several chunks go through together.
template <class Source, class T>
class PhasedProgram : Program<Source, T> {
  using Base = Program<Source, T>;

  static constexpr std::size_t phase_begun_by(const Step& step) {
    if (step.root == no_node) return 0;
    const Node& node = Base::stored.nodes[static_cast<std::size_t>(step.root)];
    return node.primitive == &primitive::all_reduce ? node.attributes.integers[detail::AllReduce::phase] : 0;
  }

 public:
  using Base::workspace_bytes;
  static constexpr std::size_t phases = [] {
    std::size_t last = 0;
    for (const Step& step : Base::schedule.steps) last = std::max(last, phase_begun_by(step));
    return last + 1;
  }();
  /// Elements of block::exchange that each chunk has; they follow each other.
  static constexpr std::size_t exchange_elements(std::size_t state_elements) {
    return ctnn::exchange_elements(Base::stored.view(), state_elements);
  }

  /// Runs a phase of one chunk. All chunks must have run the phase before.
  static void run_phase(std::size_t phase, const Blocks& blocks) noexcept {
    [&]<std::size_t... P>(std::index_sequence<P...>) {
      static constexpr void (*run[])(std::byte* const*) noexcept {
          Base::template run_stretches<begins[P], begins[P + 1]>...};
      run[phase](blocks.address);
    }
    (std::make_index_sequence<phases>{});
  }

 private:
  /// The first step of each phase, and the end.
  static constexpr std::array<std::size_t, phases + 1> begins = [] {
    std::array<std::size_t, phases + 1> result{};
    result.back() = Base::schedule.steps.size();
    for (std::size_t s = Base::schedule.steps.size(); s-- > 0;)
      if (const std::size_t phase = phase_begun_by(Base::schedule.steps[s]); phase > 0) result[phase] = s;
    return result;
  }();
};

}  // namespace ctnn
