#pragma once
#include <ctnn/graph/access.hpp>

namespace ctnn {

/// One elementwise operation of a fused step. Slots number the step's values: the result of its kernel first
/// (if it has one), then its inputs, then its operations.
struct FusedOperation {
  const Primitive* primitive = nullptr;
  std::size_t operands[3]{};
  double scalar = 0;
  /// Whether the result is a truth value.
  bool makes_truth = false;
  bool cheap = true;

  constexpr FusedOperation() = default;
  constexpr explicit FusedOperation(const Node& node)
      : primitive(node.primitive),
        scalar(node.attributes.scalar),
        makes_truth(node.operand_count > 0 && node.type == ElementType::boolean),
        cheap(node.operand_count == 0 || node.primitive->cheap) {}
};

/// The elementwise part of a step, as a template argument: a canonical list of numbers and primitives, so
/// that equal chains anywhere share their code. The last `Totals` outputs are added up, `reduced` elements to
/// one.
template <std::size_t Inputs, std::size_t Operations, std::size_t Outputs, std::size_t Totals = 0>
struct FusedBody {
  static constexpr std::size_t inputs = Inputs, operations = Operations, outputs = Outputs, totals = Totals;
  bool has_root = false;
  std::size_t reduced = 1;
  Extents loops{};
  std::size_t strides[Inputs + 1][max_loops]{};
  FusedOperation operation[Operations + 1]{};
  std::size_t output_slot[Outputs + 1]{};

  /// Whether computing one vector takes longer than adding it to a total.
  constexpr bool is_costly() const {
    std::size_t cheap = 0;
    for (std::size_t i = 0; i < Operations; ++i) {
      if (!operation[i].cheap) return true;
      ++cheap;
    }
    return cheap >= 8;
  }
  constexpr std::size_t slots() const { return has_root + Inputs + Operations; }
  constexpr std::size_t operation_slot(std::size_t i) const { return has_root + Inputs + i; }
};

}  // namespace ctnn
