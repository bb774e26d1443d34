#pragma once
#include <cstdint>
#include <ctnn/graph/access.hpp>

namespace ctnn::detail {

/// Nodes that are to be one step: a kernel, `root`, or no_node for a loop, and the elementwise work on its
/// result. Elements are seen as rows of `columns`; each of a loop's totals is the sum of `reduced` elements.
struct FusionGroup {
  NodeId root = no_node;
  std::size_t elements = 1, columns = 1;
  bool open = false;
  std::size_t reads = 0;
  List<NodeId> members{};
  LoopBounds bounds{};
  List<NodeId> totals{};
  std::size_t reduced = 1;

  constexpr FusionGroup() = default;
  constexpr FusionGroup(NodeId kernel, std::size_t all, std::size_t inner, bool is_open)
      : root(kernel), elements(all), columns(inner), open(is_open), bounds(all, inner) {}

  constexpr Access access_of_totals(std::size_t summands) const {
    Access access;
    access.push_back({summands, elements / summands, 1});
    access.push_back({1, summands, 0});
    return access;
  }

  /// A kernel's columns are the last loop, even a single one: it counts in rows and columns.
  constexpr Loops loops_within(const LoopBounds& cuts) const {
    Loops loops = cuts.loops();
    if (root == no_node || columns > 1 || loops.extents.rank == 0 || loops.extents.back() == 1) return loops;
    if (loops.extents.rank == max_loops) return {};
    loops.extents.push_back(1);
    return loops;
  }
  /// Adds accesses, if loops exist for all; those of a kernel's columns must be one loop, along which inputs
  /// are contiguous or constant.
  constexpr bool accept(const List<Access>& accesses) {
    LoopBounds more = bounds;
    for (std::size_t i = 0; i < accesses.size(); ++i) more.add(accesses[i]);
    if (more.count == bounds.count && !more.too_many) return true;
    const Loops loops = loops_within(more);
    if (loops.extents.rank == 0 || (root != no_node && loops.extents.back() != columns)) return false;
    bounds = more;
    return true;
  }
};

/// How other groups read a node: not at all, element by element, or as a whole from memory.
enum class Want : std::uint8_t { no, yes, whole };

/// What fusion decides of a node.
struct Decided {
  std::int32_t group = -1, readers = -1;  // the last of its readers_
  NodeId owner = no_node;
  std::size_t place = 0;
  bool stored = false, is_early = false;
  bool is_virtual = false;  // a broadcast that is read through strides instead of from memory
  Want want = Want::no;
};

}  // namespace ctnn::detail
