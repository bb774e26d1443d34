#pragma once
#include <ctnn/graph/access.hpp>
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/storage.hpp>

namespace ctnn {

/// One elementwise operation of a fused step. Slots number the step's values: the result of its kernel first
/// (if it has one), then its inputs, then its operations.
struct FusedOperation {
  const Primitive* primitive = nullptr;
  std::size_t operands[3]{};
  double scalar = 0;
};
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
/// that is in registers. A kernel without elementwise work has no operations, no inputs and one output.
struct Step {
  NodeId root = no_node;
  Extents loops{};
  std::uint32_t first_input = 0, inputs = 0, first_operation = 0, operations = 0, first_output = 0,
                outputs = 0;
};

/// What fusing decides: the steps, in order. Nodes that are no step's output are never in memory.
struct Schedule {
  std::vector<Step> steps;
  std::vector<FusedInput> inputs;
  std::vector<FusedOperation> operations;
  std::vector<FusedOutput> outputs;

  struct Sizes {
    std::size_t steps, inputs, operations, outputs;
  };
  constexpr Sizes sizes() const { return {steps.size(), inputs.size(), operations.size(), outputs.size()}; }
};

namespace detail {

/// Groups nodes into steps. Groups run in the order of their creation. An elementwise node joins the last
/// group that any of its operands comes from, if it can have its operands there in registers: all others are
/// then in memory.
class Fusion {
 public:
  constexpr explicit Fusion(GraphView graph)
      : graph_(graph),
        group_(graph.size(), -1),
        stored_(graph.size(), false),
        repeatable_(graph.size(), false) {}

  constexpr Schedule run() {
    find_materialised_broadcasts();
    for (std::size_t i = 0; i < graph_.size(); ++i) place(static_cast<NodeId>(i));
    decide_what_is_stored();
    for (std::size_t g = 0; g < groups_.size(); ++g) emit(static_cast<std::int32_t>(g));
    return std::move(schedule_);
  }

 private:
  struct Group {
    NodeId root;
    std::size_t elements, columns;
    bool open;
    std::vector<NodeId> members;
    std::vector<Access> accesses;
  };
  /// An operand as an elementwise node sees it: the node that holds the elements, and how they are read.
  struct Read {
    NodeId node;
    Access access;
    bool repeated;
  };

  constexpr const Node& node(NodeId id) const { return graph_[id]; }
  constexpr Kind kind(NodeId id) const { return node(id).primitive->kind; }
  constexpr NodeId operand(NodeId id, std::size_t i = 0) const { return graph_.operands(node(id))[i]; }
  static constexpr std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }

  /// The node whose memory `id` is a view of.
  constexpr NodeId owner(NodeId id) const {
    while (kind(id) == Kind::view) id = operand(id);
    return id;
  }

  constexpr Read read(NodeId id) const {
    id = owner(id);
    const std::size_t elements = node(id).shape.elements();
    if (kind(id) != Kind::broadcast || materialised_[at(id)])
      return {id, Access::contiguous(elements), false};
    return {owner(operand(id)), Access::broadcast(node(operand(id)).shape, node(id).shape), true};
  }

  /// A broadcast is in memory where something other than elementwise work reads it, or where it is read under
  /// another shape so that no common loops exist for an operation's operands.
  constexpr void find_materialised_broadcasts() {
    materialised_.resize(graph_.size(), false);
    const auto mark = [&](NodeId id) { materialised_[at(owner(id))] = kind(owner(id)) == Kind::broadcast; };
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      const Kind consumer = graph_.nodes[i].primitive->kind;
      if (consumer == Kind::view || (consumer == Kind::elementwise && has_loops(graph_.nodes[i]))) continue;
      for (NodeId id : graph_.operands(graph_.nodes[i])) mark(id);
    }
    for (const Output& output : graph_.outputs) mark(output.node);
  }

  constexpr bool has_loops(const Node& n) const {
    std::vector<Access> accesses;
    for (NodeId o : graph_.operands(n)) accesses.push_back(read(o).access);
    return Loops::over(n.shape.elements(), 1, accesses).extents.rank > 0;
  }

  constexpr void place(NodeId id) {
    const Node& n = node(id);
    const Kind k = kind(id);
    if (k == Kind::source) return;
    if (k == Kind::view || (k == Kind::broadcast && !materialised_[at(id)])) {
      group_[at(id)] = group_[at(operand(id))];
      return;
    }
    if (k == Kind::elementwise && join(id)) return;
    group_[at(id)] = static_cast<std::int32_t>(groups_.size());
    const bool fused = k == Kind::elementwise || k == Kind::broadcast;
    std::size_t columns = 1;
    for (std::size_t i = 0; i < n.primitive->column_axes; ++i) columns *= n.shape[n.shape.rank - 1 - i];
    groups_.push_back(
        {fused ? no_node : id, n.shape.elements(), columns, fused || k == Kind::contraction, {}, {}});
    if (k == Kind::elementwise) {
      groups_.back().members.push_back(id);
      for (NodeId o : graph_.operands(n)) groups_.back().accesses.push_back(read(o).access);
    } else if (k == Kind::broadcast) {
      groups_.back().members.push_back(id);
      groups_.back().accesses.push_back(Access::broadcast(node(operand(id)).shape, n.shape));
    }
  }

  constexpr bool join(NodeId id) {
    std::int32_t last = -1;
    for (NodeId o : graph_.operands(node(id))) last = std::max(last, group_[at(o)]);
    if (last < 0) return false;
    Group& group = groups_[at(last)];
    if (!group.open || group.elements != node(id).shape.elements() || group.members.size() >= 24)
      return false;
    std::vector<Access> accesses = group.accesses;
    for (NodeId o : graph_.operands(node(id))) {
      const Read r = read(o);
      if (group_[at(r.node)] != last)
        accesses.push_back(r.access);
      else if (r.repeated)
        return false;
    }
    if (!fits(group, accesses)) return false;
    group.accesses = std::move(accesses);
    group.members.push_back(id);
    group_[at(id)] = last;
    return true;
  }

  /// Whether loops exist for the group; those of a kernel's columns must be one loop, along which inputs are
  /// contiguous or constant.
  static constexpr bool fits(const Group& group, std::span<const Access> accesses) {
    const Loops loops = loops_over(group, accesses);
    if (loops.extents.rank == 0) return false;
    const bool whole = group.root == no_node || loops.extents.back() == group.columns;
    return whole && accesses.size() <= 24;
  }
  /// A kernel's columns are the last loop, even a single one: it counts in rows and columns.
  static constexpr Loops loops_over(const Group& group, std::span<const Access> accesses) {
    Loops loops = Loops::over(group.elements, group.columns, accesses);
    if (group.root == no_node || group.columns > 1 || loops.extents.rank == 0 || loops.extents.back() == 1)
      return loops;
    if (loops.extents.rank == max_loops) return {};
    loops.extents.push_back(1);
    return loops;
  }

  /// In memory is what another group reads, unless that group can cheaply compute it again from what is in
  /// memory anyway.
  constexpr void decide_what_is_stored() {
    Flags wanted(graph_.size(), false), wanted_whole(graph_.size(), false);
    for (const Output& output : graph_.outputs) wanted_whole[at(owner(output.node))] = true;
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      const NodeId id = static_cast<NodeId>(i);
      const Kind k = kind(id);
      if (k == Kind::view || (k == Kind::broadcast && !materialised_[i])) continue;
      for (NodeId o : graph_.operands(node(id))) {
        const Read r = k == Kind::elementwise ? read(o) : Read{owner(o), {}, true};
        if (group_[at(r.node)] != group_[i]) (r.repeated ? wanted_whole : wanted)[at(r.node)] = true;
      }
    }
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (!wanted[i] && !wanted_whole[i]) continue;
      if (graph_.nodes[i].primitive->kind == Kind::source) continue;
      repeatable_[i] = !wanted_whole[i] && can_repeat(static_cast<NodeId>(i), 4);
      stored_[i] = !repeatable_[i];
    }
  }

  constexpr bool can_repeat(NodeId id, int budget) const {
    if (budget == 0 || kind(id) != Kind::elementwise || !node(id).primitive->cheap) return false;
    for (NodeId o : graph_.operands(node(id))) {
      const Read r = read(o);
      if (r.repeated) return false;
      if (kind(r.node) != Kind::source && !stored_[at(r.node)] && !can_repeat(r.node, budget - 1))
        return false;
    }
    return true;
  }

  constexpr void emit(std::int32_t index) {
    const Group& group = groups_[at(index)];
    std::vector<NodeId> results;
    if (group.root != no_node && (stored_[at(group.root)] || !group.open)) results.push_back(group.root);
    for (NodeId member : group.members)
      if (stored_[at(member)]) results.push_back(member);
    if (results.empty()) return;  // whoever wanted it computes it again

    Step step{.root = group.root,
              .first_input = static_cast<std::uint32_t>(schedule_.inputs.size()),
              .first_operation = static_cast<std::uint32_t>(schedule_.operations.size()),
              .first_output = static_cast<std::uint32_t>(schedule_.outputs.size())};
    body_.clear();
    inputs_.clear();
    operations_ = 0;
    if (group.root != no_node) body_.push_back({group.root, Slot::root, 0});
    for (NodeId result : results) demand(result, index);

    std::vector<Access> accesses;
    for (const Read& input : inputs_) accesses.push_back(input.access);
    const Loops loops = loops_over(group, accesses);
    step.loops = loops.extents;
    for (const Read& input : inputs_) {
      FusedInput fused{.node = input.node};
      for (std::size_t i = 0; i < loops.extents.rank; ++i) fused.strides[i] = loops.stride(input.access, i);
      schedule_.inputs.push_back(fused);
    }
    emit_operations(group.root != no_node);
    for (NodeId result : results) schedule_.outputs.push_back({result, slot(result, group.root != no_node)});
    step.inputs = static_cast<std::uint32_t>(schedule_.inputs.size()) - step.first_input;
    step.operations = static_cast<std::uint32_t>(schedule_.operations.size()) - step.first_operation;
    step.outputs = static_cast<std::uint32_t>(schedule_.outputs.size()) - step.first_output;
    schedule_.steps.push_back(step);
  }

  /// A value inside the step: the kernel's result, an input (by its place among the inputs) or an operation.
  struct Slot {
    enum Role { root, input, operation };
    NodeId node;
    Role role;
    std::size_t place;
  };

  constexpr const Slot* find(NodeId id) const {
    for (const Slot& s : body_)
      if (s.node == id) return &s;
    return nullptr;
  }
  constexpr std::size_t slot(NodeId id, bool has_root) const {
    const Slot& s = *find(id);
    return s.role == Slot::root ? 0 : has_root + (s.role == Slot::operation ? inputs_.size() : 0) + s.place;
  }

  /// Adds to the body what computing `id` takes. An operand that is read through a broadcast is known by the
  /// broadcast.
  constexpr void demand(NodeId id, std::int32_t group) {
    if (find(id) != nullptr) return;
    const bool here = group_[at(id)] == group;
    if (kind(id) == Kind::broadcast && (here || !materialised_[at(id)]))
      return add_input(
          id, {owner(operand(id)), Access::broadcast(node(operand(id)).shape, node(id).shape), true});
    const bool computed = node(id).primitive == &primitive::constant ||
                          (kind(id) == Kind::elementwise && (here || !stored_[at(id)]));
    if (!computed) return add_input(id, {id, Access::contiguous(node(id).shape.elements()), false});
    for (NodeId o : graph_.operands(node(id))) demand(owner(o), group);
    body_.push_back({id, Slot::operation, operations_++});
  }
  constexpr void add_input(NodeId id, const Read& read) {
    body_.push_back({id, Slot::input, inputs_.size()});
    inputs_.push_back(read);
  }

  constexpr void emit_operations(bool has_root) {
    for (const Slot& s : body_) {
      if (s.role != Slot::operation) continue;
      FusedOperation operation{.primitive = node(s.node).primitive, .scalar = node(s.node).attributes.scalar};
      std::size_t i = 0;
      for (NodeId o : graph_.operands(node(s.node))) operation.operands[i++] = slot(owner(o), has_root);
      schedule_.operations.push_back(operation);
    }
  }

  GraphView graph_;
  std::vector<std::int32_t> group_;
  Flags stored_, repeatable_, materialised_;
  std::vector<Group> groups_;
  Schedule schedule_;
  std::vector<Slot> body_;
  std::vector<Read> inputs_;
  std::size_t operations_ = 0;
};

}  // namespace detail

/// Turns chains of elementwise work into one step each, or into the epilogue of the product or convolution
/// before them. `graph` is as `with_storage` leaves it.
constexpr Schedule fuse(GraphView graph) {
  return detail::Fusion(graph).run();
}

}  // namespace ctnn
