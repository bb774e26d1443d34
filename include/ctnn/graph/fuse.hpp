#pragma once
#include <ctnn/graph/fusion_group.hpp>
#include <ctnn/graph/schedule.hpp>
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/broadcast.hpp>
#include <ctnn/ops/storage.hpp>

namespace ctnn {

namespace detail {

/// Groups nodes into steps. Groups run in the order of their creation. An elementwise node joins the last
/// group that any of its operands comes from, if it can have its operands there in registers: all others are
/// then in memory. One of inputs alone joins the loop before it. A sum along the last axes joins the loop
/// that its operand comes from, which adds up what is in registers; the sum is there when the loop has ended.
/// (Loops over raw arrays, and no containers per node: a statement is a step of Clang's constant evaluation.)
class Fusion {
 public:
  constexpr explicit Fusion(GraphView graph)
      : graph_(graph),
        nodes_(graph.nodes.data()),
        ids_(graph.operand_ids.data()),
        size_(static_cast<NodeId>(graph.size())),
        memory_(graph.size()),
        decided_(memory_.data()) {}

  constexpr Schedule run() {
    for (NodeId id = 0; id < size_; ++id) {
      const Kind kind = nodes_[id].primitive->kind;
      decided_[id].owner = kind == Kind::view ? decided_[operand(id)].owner : id;
      decided_[id].is_virtual = kind == Kind::broadcast;
    }
    find_materialised_broadcasts();
    schedule_.reserve(graph_.size());
    find_numbers_of_inputs();
    for (NodeId id = 0; id < size_; ++id)
      if (decided_[id].is_early) place(id);
    for (NodeId id = 0; id < size_; ++id)
      if (!decided_[id].is_early) place(id);
    decide_what_is_stored();
    for (std::size_t g = 0; g < groups_.size(); ++g) emit(static_cast<std::int32_t>(g));
    return std::move(schedule_);
  }

 private:
  using Group = FusionGroup;
  static constexpr std::size_t most_members = 24, most_reads = 24, most_totals = 4;

  static constexpr std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }
  constexpr NodeId operand(NodeId id) const { return ids_[nodes_[id].first_operand]; }

  /// What is in memory behind an owner: itself, or what a virtual broadcast repeats.
  constexpr NodeId source(NodeId owner) const {
    return decided_[owner].is_virtual ? decided_[operand(owner)].owner : owner;
  }
  constexpr Access access_through(NodeId broadcast) const {
    return Access::broadcast(nodes_[operand(broadcast)].shape, nodes_[broadcast].shape);
  }

  /// A broadcast is in memory where something other than elementwise work reads it, or where it is read under
  /// another shape so that no common loops exist for an operation's operands.
  constexpr void find_materialised_broadcasts() {
    const auto mark = [this](NodeId id) { decided_[decided_[id].owner].is_virtual = false; };
    for (NodeId id = 0; id < size_; ++id) {
      const Node& n = nodes_[id];
      const Kind kind = n.primitive->kind;
      if (kind == Kind::view || (kind == Kind::elementwise && has_loops(n))) continue;
      for (std::size_t k = 0; k < n.operand_count; ++k) mark(ids_[n.first_operand + k]);
    }
    for (const Output& output : graph_.outputs) mark(output.node);
  }
  constexpr bool has_loops(const Node& n) const {
    Access accesses[3];
    std::size_t count = 0;
    for (std::size_t k = 0; k < n.operand_count; ++k)
      if (const NodeId owner = decided_[ids_[n.first_operand + k]].owner; decided_[owner].is_virtual)
        accesses[count++] = access_through(owner);
    if (count == 0) return true;
    LoopBounds bounds(n.shape.elements(), 1);
    for (std::size_t i = 0; i < count; ++i) bounds.add(accesses[i]);
    return bounds.loops().extents.rank > 0;
  }

  /// Numbers that follow from inputs alone: they are computed first, so that any loop can read them.
  constexpr void find_numbers_of_inputs() {
    for (NodeId id = 0; id < size_; ++id) {
      const Node& n = nodes_[id];
      const Kind kind = n.primitive->kind;
      bool early =
          (kind == Kind::elementwise || kind == Kind::view) && n.shape.elements() == 1 && n.operand_count > 0;
      for (std::size_t k = 0; early && k < n.operand_count; ++k) {
        const NodeId from = ids_[n.first_operand + k];
        early = decided_[from].is_early || nodes_[from].primitive->kind == Kind::source;
      }
      decided_[id].is_early = early;
    }
  }

  constexpr void place(NodeId id) {
    const Node& n = nodes_[id];
    const Kind kind = n.primitive->kind;
    if (kind == Kind::source) return;
    if (kind == Kind::view || decided_[id].is_virtual) {
      decided_[id].group = decided_[operand(id)].group;
      return;
    }
    if (kind == Kind::elementwise && join(id)) return;
    if (n.primitive == &primitive::sum && (join_as_total(id) || open_for_total(id))) return;
    const bool fused = kind == Kind::elementwise || kind == Kind::broadcast;
    decided_[id].group = static_cast<std::int32_t>(groups_.size());
    std::size_t columns = 1;
    for (std::size_t i = 0; i < n.primitive->column_axes; ++i) columns *= n.shape[n.shape.rank - 1 - i];
    groups_.push_back(
        {fused ? no_node : id, n.shape.elements(), columns, fused || kind == Kind::contraction});
    group_ = groups_.data();
    Group& group = groups_.back();
    if (!fused) return;
    group.members.reserve(8);
    group.members.push_back(id);
    group.reads = n.operand_count;
    if (kind == Kind::broadcast) group.bounds.add(access_through(id));
    if (kind != Kind::elementwise) return;
    for (std::size_t k = 0; k < n.operand_count; ++k)
      if (const NodeId owner = decided_[ids_[n.first_operand + k]].owner; decided_[owner].is_virtual)
        group.bounds.add(access_through(owner));
  }

  constexpr bool join(NodeId id) {
    const Node& n = nodes_[id];
    const NodeId* operands = ids_ + n.first_operand;
    std::int32_t last = -1;
    for (std::size_t k = 0; k < n.operand_count; ++k) last = std::max(last, decided_[operands[k]].group);
    if (last < 0) {
      last = static_cast<std::int32_t>(groups_.size()) - 1;
      if (last < 0 || group_[last].root != no_node) return false;
    }
    Group& group = group_[last];
    if (!group.open || group.elements != n.shape.elements() || group.members.size() >= most_members ||
        group.reads + n.operand_count > most_reads)
      return false;
    List<Access> accesses;
    for (std::size_t k = 0; k < n.operand_count; ++k)
      if (const NodeId owner = decided_[operands[k]].owner; decided_[owner].is_virtual) {
        if (decided_[source(owner)].group == last) return false;
        accesses.push_back(access_through(owner));
      }
    if (!accesses.empty() && !group.accept(accesses)) return false;
    for (std::size_t k = 0; k < n.operand_count; ++k) group.reads += decided_[operands[k]].group != last;
    group.members.push_back(id);
    decided_[id].group = last;
    return true;
  }

  constexpr bool join_as_total(NodeId id) {
    const Node& operand_node = nodes_[operand(id)];
    const std::int32_t last = decided_[operand(id)].group;
    if (last < 0 || nodes_[id].attributes.integers[1] != operand_node.shape.rank) return false;
    Group& group = group_[last];
    const std::size_t reduced = group.elements / nodes_[id].shape.elements();
    if (reduced == 1 || group.root != no_node || !group.open ||
        group.elements != operand_node.shape.elements() || group.totals.size() >= most_totals ||
        (!group.totals.empty() && group.reduced != reduced))
      return false;
    if (group.totals.empty()) {
      const Access access = group.access_of_totals(reduced);
      if (!group.accept(List<Access>(1, access))) return false;
      group.reduced = reduced;
    }
    group.totals.push_back(id);
    decided_[id].group = last;
    return true;
  }
  /// A loop for a sum that no loop can take: of all elements, or of what a kernel's epilogue computes. Such
  /// sums share a loop.
  constexpr bool open_for_total(NodeId id) {
    const NodeId from = operand(id);
    const std::size_t elements = nodes_[from].shape.elements(), totals = nodes_[id].shape.elements();
    const std::int32_t group = decided_[from].group;
    const bool follows_kernel = group >= 0 && group_[group].root != no_node &&
                                nodes_[from].primitive->kind == Kind::elementwise &&
                                nodes_[id].attributes.integers[1] == nodes_[from].shape.rank;
    if ((totals != 1 && !follows_kernel) || elements == totals) return false;
    const auto is_like = [&](const Group& g) {
      return g.elements == elements && g.reduced == elements / totals && g.totals.size() < most_totals;
    };
    if (last_for_totals_ <= group || !is_like(group_[last_for_totals_])) {
      last_for_totals_ = static_cast<std::int32_t>(groups_.size());
      groups_.push_back({no_node, elements, 1, true});
      group_ = groups_.data();
      groups_.back().reduced = elements / totals;
      groups_.back().bounds.add(groups_.back().access_of_totals(elements / totals));
    }
    group_[last_for_totals_].totals.push_back(id);
    decided_[id].group = last_for_totals_;
    return true;
  }
  constexpr bool is_total(NodeId id) const {
    const std::int32_t group = decided_[id].group;
    return nodes_[id].primitive == &primitive::sum && group_[group].root != id;
  }

  /// In memory is what another group reads, unless that group can cheaply compute it again from what is in
  /// memory anyway.
  constexpr void decide_what_is_stored() {
    for (const Output& output : graph_.outputs) decided_[decided_[output.node].owner].want = Want::whole;
    for (NodeId id = 0; id < size_; ++id) {
      const Node& n = nodes_[id];
      const Kind kind = n.primitive->kind;
      if (n.operand_count == 0 || kind == Kind::view || decided_[id].is_virtual) continue;
      for (std::size_t k = 0; k < n.operand_count; ++k) {
        const NodeId owner = decided_[ids_[n.first_operand + k]].owner;
        const bool by_element = kind == Kind::elementwise || is_total(id);
        const bool whole = !by_element || decided_[owner].is_virtual;
        const NodeId read = by_element ? source(owner) : owner;
        if (decided_[read].group == decided_[id].group || decided_[read].want == Want::whole) continue;
        decided_[read].want = whole ? Want::whole : Want::yes;
        if (whole || nodes_[read].primitive->kind != Kind::elementwise) continue;
        readers_.push_back({decided_[id].group, decided_[read].readers});
        decided_[read].readers = static_cast<std::int32_t>(readers_.size() - 1);
      }
    }
    for (NodeId id = 0; id < size_; ++id)
      if (decided_[id].want != Want::no && nodes_[id].primitive->kind != Kind::source)
        decided_[id].stored = decided_[id].want == Want::whole || !is_repeated(id, decided_[id].readers);
  }
  /// Whether each of the groups that read `id` computes it again.
  constexpr bool is_repeated(NodeId id, std::int32_t readers) {
    repeated_.clear();
    if (!can_repeat(id, 4)) return false;
    if (repeated_.empty()) return true;
    for (std::int32_t i = readers, last = -1; i >= 0; i = readers_[at(i)].next) {
      Group& group = group_[readers_[at(i)].group];
      if (readers_[at(i)].group == last) continue;
      if (group.reads + repeated_.size() > most_reads || !group.accept(repeated_)) return false;
      group.reads += repeated_.size();
      last = readers_[at(i)].group;
    }
    return true;
  }
  /// Whether `id` can be computed from what is in memory; repeated_ gets the broadcasts that it takes.
  constexpr bool can_repeat(NodeId id, int budget) {
    const Node& n = nodes_[id];
    if (budget == 0 || n.primitive->kind != Kind::elementwise || !n.primitive->cheap) return false;
    for (std::size_t k = 0; k < n.operand_count; ++k) {
      const NodeId owner = decided_[ids_[n.first_operand + k]].owner;
      if (decided_[owner].is_virtual) {
        // What it repeats is in memory; a number can be read by any loop.
        if (nodes_[operand(owner)].shape.elements() != 1) repeated_.push_back(access_through(owner));
      } else if (nodes_[owner].primitive->kind != Kind::source && !decided_[owner].stored &&
                 !can_repeat(owner, budget - 1)) {
        return false;
      }
    }
    return true;
  }

  constexpr void emit(std::int32_t index) {
    const Group& group = group_[index];
    const bool has_root = group.root != no_node;
    results_.clear();
    if (has_root && (decided_[group.root].stored || !group.open)) results_.push_back(group.root);
    for (std::size_t i = 0; i < group.members.size(); ++i)
      if (decided_[group.members[i]].stored) results_.push_back(group.members[i]);
    if (results_.empty() && group.totals.empty()) return;  // whoever wanted it computes it again

    Step step{.root = group.root,
              .first_input = static_cast<std::uint32_t>(schedule_.inputs.size()),
              .first_operation = static_cast<std::uint32_t>(schedule_.operations.size()),
              .first_output = static_cast<std::uint32_t>(schedule_.outputs.size()),
              .totals = static_cast<std::uint32_t>(group.totals.size()),
              .reduced = group.reduced};
    body_.clear();
    inputs_.clear();
    operations_ = 0;
    if (has_root) add({group.root, Slot::root, 0});
    for (std::size_t i = 0; i < results_.size(); ++i) demand(results_[i], index);
    for (std::size_t i = 0; i < group.totals.size(); ++i)
      demand(decided_[operand(group.totals[i])].owner, index);

    strided_.clear();
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (inputs_[i].broadcast != no_node) strided_.push_back(access_through(inputs_[i].broadcast));
    if (!group.totals.empty()) strided_.push_back(group.access_of_totals(group.reduced));
    LoopBounds bounds(group.elements, group.columns);
    for (std::size_t i = 0; i < strided_.size(); ++i) bounds.add(strided_[i]);
    const Loops loops = group.loops_within(bounds);
    step.loops = loops.extents;
    std::size_t contiguous[max_loops]{};
    for (std::size_t axis = loops.extents.rank, product = 1; axis-- > 0; product *= loops.extents.axis[axis])
      contiguous[axis] = product;
    for (std::size_t i = 0, next = 0; i < inputs_.size(); ++i) {
      FusedInput fused{.node = inputs_[i].node};
      if (inputs_[i].broadcast == no_node)
        for (std::size_t axis = 0; axis < loops.extents.rank; ++axis) fused.strides[axis] = contiguous[axis];
      else
        for (std::size_t axis = 0; axis < loops.extents.rank; ++axis)
          fused.strides[axis] = Loops::stride(strided_[next], contiguous[axis]);
      next += inputs_[i].broadcast != no_node;
      schedule_.inputs.push_back(fused);
    }
    emit_operations(has_root);
    for (std::size_t i = 0; i < results_.size(); ++i)
      schedule_.outputs.push_back({results_[i], slot(results_[i], has_root)});
    for (std::size_t i = 0; i < group.totals.size(); ++i)
      schedule_.outputs.push_back(
          {group.totals[i], slot(decided_[operand(group.totals[i])].owner, has_root)});
    step.inputs = static_cast<std::uint32_t>(schedule_.inputs.size()) - step.first_input;
    step.operations = static_cast<std::uint32_t>(schedule_.operations.size()) - step.first_operation;
    step.outputs = static_cast<std::uint32_t>(schedule_.outputs.size()) - step.first_output;
    schedule_.steps.push_back(step);
  }

  /// A value inside the step: the kernel's result, an input (by its place among the inputs) or an operation.
  /// A value that is read through a broadcast is known by the broadcast.
  struct Slot {
    enum Role { root, input, operation };
    NodeId node;
    Role role;
    std::size_t place;
  };
  struct Input {
    NodeId node, broadcast;
  };

  constexpr void add(const Slot& slot) {
    decided_[slot.node].place = body_.size();
    body_.push_back(slot);
  }
  constexpr bool has(NodeId id) const {
    return decided_[id].place < body_.size() && body_[decided_[id].place].node == id;
  }
  constexpr std::size_t slot(NodeId id, bool has_root) const {
    const Slot& s = body_[decided_[id].place];
    return s.role == Slot::root ? 0 : has_root + (s.role == Slot::operation ? inputs_.size() : 0) + s.place;
  }

  /// Adds to the body what computing `id` takes.
  constexpr void demand(NodeId id, std::int32_t group) {
    if (has(id)) return;
    const Node& n = nodes_[id];
    const bool here = decided_[id].group == group;
    if (n.primitive->kind == Kind::broadcast && (here || decided_[id].is_virtual)) {
      add({id, Slot::input, inputs_.size()});
      inputs_.push_back({decided_[operand(id)].owner, id});
    } else if (n.primitive == &primitive::constant ||
               (n.primitive->kind == Kind::elementwise && (here || !decided_[id].stored))) {
      for (std::size_t k = 0; k < n.operand_count; ++k)
        demand(decided_[ids_[n.first_operand + k]].owner, group);
      add({id, Slot::operation, operations_++});
    } else {
      add({id, Slot::input, inputs_.size()});
      inputs_.push_back({id, no_node});
    }
  }

  constexpr void emit_operations(bool has_root) {
    for (std::size_t i = 0; i < body_.size(); ++i) {
      if (body_[i].role != Slot::operation) continue;
      const Node& n = nodes_[body_[i].node];
      FusedOperation operation(n);
      for (std::size_t k = 0; k < n.operand_count; ++k)
        operation.operands[k] = slot(decided_[ids_[n.first_operand + k]].owner, has_root);
      schedule_.operations.push_back(operation);
    }
  }

  GraphView graph_;
  const Node* nodes_;
  const NodeId* ids_;
  NodeId size_;
  List<Decided> memory_;  // read through a pointer: a vector's operator is several steps
  Decided* decided_;
  List<Group> groups_;
  Group* group_ = nullptr;
  std::int32_t last_for_totals_ = -1;
  struct Reader {
    std::int32_t group, next;
  };
  List<Reader> readers_;
  List<Access> repeated_, strided_;
  Schedule schedule_;
  List<NodeId> results_;
  List<Slot> body_;
  List<Input> inputs_;
  std::size_t operations_ = 0;
};

}  // namespace detail

/// Turns chains of elementwise work into one step each, or into the epilogue of the product or convolution
/// before them. `graph` is as `with_storage` leaves it.
constexpr Schedule fuse(GraphView graph) {
  return detail::Fusion(graph).run();
}

}  // namespace ctnn
