#pragma once
#include <ctnn/core/rounding.hpp>
#include <ctnn/core/tensor.hpp>
#include <ctnn/graph/fuse.hpp>

namespace ctnn {

/// Where a value is: `offset` bytes into a block that the caller binds, or into the arena.
struct Location {
  std::size_t block = block::arena, offset = 0;
};

struct MemoryPlan {
  List<Location> locations;  ///< by node; views are where their owner is
  std::size_t arena_bytes = 0;
};

namespace detail {

/// Hands out ranges of one arena: the tightest gap that is large enough, else the end.
class Arena {
 public:
  constexpr std::size_t allocate(std::size_t bytes) {
    bytes = rounded(bytes);
    std::size_t best = gaps_.size();
    for (std::size_t i = 0; i < gaps_.size(); ++i)
      if (gaps_[i].bytes >= bytes && (best == gaps_.size() || gaps_[i].bytes < gaps_[best].bytes)) best = i;
    if (best == gaps_.size()) {
      if (!gaps_.empty() && gaps_.back().offset + gaps_.back().bytes == end_) {
        end_ = gaps_.back().offset;
        gaps_.pop_back();
      }
      end_ += bytes;
      peak_ = std::max(peak_, end_);
      return end_ - bytes;
    }
    const std::size_t offset = gaps_[best].offset;
    gaps_[best].offset += bytes;
    gaps_[best].bytes -= bytes;
    if (gaps_[best].bytes == 0) gaps_.erase(best);
    return offset;
  }

  constexpr void release(std::size_t offset, std::size_t bytes) {
    std::size_t i = 0;
    while (i < gaps_.size() && gaps_[i].offset < offset) ++i;
    gaps_.insert(i, Gap{offset, rounded(bytes)});
    if (i + 1 < gaps_.size() && gaps_[i].offset + gaps_[i].bytes == gaps_[i + 1].offset) merge(i);
    if (i > 0 && gaps_[i - 1].offset + gaps_[i - 1].bytes == gaps_[i].offset) merge(i - 1);
  }

  constexpr std::size_t peak() const { return peak_; }

 private:
  struct Gap {
    std::size_t offset, bytes;
  };
  static constexpr std::size_t rounded(std::size_t bytes) { return round_up(bytes, alignment); }
  constexpr void merge(std::size_t i) {
    gaps_[i].bytes += gaps_[i + 1].bytes;
    gaps_.erase(i + 1);
  }

  List<Gap> gaps_;
  std::size_t end_ = 0, peak_ = 0;
};

}  // namespace detail

/// Bytes of one element: indices are std::int32_t, truth values are stored as numbers.
constexpr std::size_t element_bytes(ElementType type, std::size_t real_bytes) {
  return type == ElementType::index ? sizeof(std::int32_t) : real_bytes;
}

/// Gives every stored value a place: outputs where they are bound, the others in one arena, each for as long
/// as it is read; a fused loop writes over an operand that it is the last to read.
constexpr MemoryPlan plan_memory(GraphView graph, const auto& schedule, std::size_t real_bytes) {
  MemoryPlan plan;
  plan.locations.resize(graph.size());
  const auto owner = [&](NodeId id) {
    while (graph[id].primitive->kind == Kind::view) id = graph.operands(graph[id])[0];
    return static_cast<std::size_t>(id);
  };
  const auto bytes = [&](std::size_t id) {
    return graph.nodes[id].shape.elements() * element_bytes(graph.nodes[id].type, real_bytes);
  };

  Flags bound(graph.size(), false);
  const auto bind = [&](std::size_t id, Binding binding) {
    bound[id] = true;
    plan.locations[id] = {binding.block, binding.offset * element_bytes(graph.nodes[id].type, real_bytes)};
  };
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Attributes& a = graph.nodes[i].attributes;
    if (graph.nodes[i].primitive == &primitive::input) bind(i, {a.integers[0], a.integers[1]});
  }
  for (const Output& output : graph.outputs) bind(owner(output.node), output.binding);

  List<std::size_t> last_use(graph.size(), 0);
  const auto for_each_read = [&](const Step& step, auto visit) {
    for (std::size_t i = 0; i < step.inputs; ++i) visit(owner(schedule.inputs[step.first_input + i].node));
    if (step.root != no_node)
      for (NodeId operand : graph.operands(graph[step.root])) visit(owner(operand));
  };
  for (std::size_t s = 0; s < schedule.steps.size(); ++s)
    for_each_read(schedule.steps[s], [&](std::size_t id) { last_use[id] = s; });

  detail::Arena arena;
  for (std::size_t s = 0; s < schedule.steps.size(); ++s) {
    const Step& step = schedule.steps[s];
    List<std::size_t> reused;
    for (std::size_t o = 0; o < step.outputs; ++o) {
      const auto id = static_cast<std::size_t>(schedule.outputs[step.first_output + o].node);
      if (bound[id]) continue;
      const auto dies_here = [&](std::size_t input) {
        const FusedInput& in = schedule.inputs[step.first_input + input];
        const auto source = owner(in.node);
        if (bound[source] || last_use[source] != s || bytes(source) != bytes(id)) return false;
        for (std::size_t i = 0; i < step.loops.rank; ++i)
          if (step.loops[i] > 1 && in.strides[i] != step.loops.stride(i)) return false;
        return !reused.contains(source);
      };
      std::size_t input = 0;
      while (input < step.inputs && (step.root != no_node || !dies_here(input))) ++input;
      if (input < step.inputs) {
        reused.push_back(owner(schedule.inputs[step.first_input + input].node));
        plan.locations[id] = plan.locations[reused.back()];
      } else {
        plan.locations[id] = {block::arena, arena.allocate(bytes(id))};
      }
    }
    List<std::size_t> released;
    for_each_read(step, [&](std::size_t id) {
      if (bound[id] || last_use[id] != s || reused.contains(id) || released.contains(id)) return;
      released.push_back(id);
      arena.release(plan.locations[id].offset, bytes(id));
    });
  }
  for (std::size_t i = 0; i < graph.size(); ++i)
    plan.locations[i] = plan.locations[owner(static_cast<NodeId>(i))];
  plan.arena_bytes = arena.peak();
  return plan;
}

}  // namespace ctnn
