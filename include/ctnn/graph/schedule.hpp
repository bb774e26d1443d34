#pragma once
#include <ctnn/graph/fused_body.hpp>
#include <vector>

namespace ctnn {

/// A stored value that a fused step reads, and how.
struct FusedInput {
  NodeId node = no_node;
  std::size_t strides[max_loops]{};
};
struct FusedOutput {
  NodeId node = no_node;
  std::size_t slot = 0;
};

/// One kernel call: `root`, or no kernel but the fused loop itself, then elementwise work on its result while
/// that is in registers. A kernel without elementwise work has no operations, no inputs and one output. The
/// last outputs of a loop may be totals: each of their elements is the sum of `reduced` that follow each
/// other.
struct Step {
  NodeId root = no_node;
  Extents loops{};
  std::uint32_t first_input = 0, inputs = 0, first_operation = 0, operations = 0, first_output = 0,
                outputs = 0, totals = 0;
  std::size_t reduced = 1;
};

/// What fusing decides: the steps, in order. Nodes that are no step's output are never in memory.
struct Schedule {
  List<Step> steps;
  List<FusedInput> inputs;
  List<FusedOperation> operations;
  List<FusedOutput> outputs;

  /// Memory for what a graph of so many nodes usually becomes.
  constexpr void reserve(std::size_t nodes) {
    steps.reserve(nodes);
    inputs.reserve(2 * nodes);
    operations.reserve(nodes);
    outputs.reserve(nodes);
  }

  struct Sizes {
    std::size_t steps, inputs, operations, outputs;

    constexpr bool fit_in(const Sizes& room) const {
      return steps <= room.steps && inputs <= room.inputs && operations <= room.operations &&
             outputs <= room.outputs;
    }
  };
  constexpr Sizes sizes() const { return {steps.size(), inputs.size(), operations.size(), outputs.size()}; }
};

}  // namespace ctnn
