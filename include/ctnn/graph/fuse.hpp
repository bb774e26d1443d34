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
/// then in memory. A sum along the last axes joins the loop that its operand comes from, which adds up what
/// is in registers; the sum is there when the loop has ended. (Loops over raw arrays, and no containers per
/// node: a statement is a step of Clang's constant evaluation.)
class Fusion {
 public:
  constexpr explicit Fusion(GraphView graph)
      : graph_(graph),
        nodes_(graph.nodes.data()),
        ids_(graph.operand_ids.data()),
        size_(static_cast<NodeId>(graph.size())),
        group_(graph.size(), -1),
        owner_(graph.size(), no_node),
        place_(graph.size(), 0),
        stored_(graph.size(), false),
        materialised_(graph.size(), false),
        is_early_(graph.size(), false) {}

  constexpr Schedule run() {
    for (NodeId id = 0; id < size_; ++id)
      owner_[at(id)] = nodes_[id].primitive->kind == Kind::view ? owner_[at(operand(id))] : id;
    find_materialised_broadcasts();
    groups_.reserve(graph_.size());
    find_numbers_of_inputs();
    for (NodeId id = 0; id < size_; ++id)
      if (is_early_[at(id)]) place(id);
    for (NodeId id = 0; id < size_; ++id)
      if (!is_early_[at(id)]) place(id);
    decide_what_is_stored();
    for (std::size_t g = 0; g < groups_.size(); ++g) emit(static_cast<std::int32_t>(g));
    return std::move(schedule_);
  }

 private:
  using Group = FusionGroup;
  static constexpr std::size_t most_members = 24, most_reads = 24, most_totals = 4;

  static constexpr std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }
  constexpr NodeId operand(NodeId id) const { return ids_[nodes_[id].first_operand]; }

  /// Whether `owner` is a broadcast that is read through strides instead of from memory.
  constexpr bool is_virtual(NodeId owner) const {
    return nodes_[owner].primitive->kind == Kind::broadcast && !materialised_[at(owner)];
  }
  /// What is in memory behind an owner: itself, or what a virtual broadcast repeats.
  constexpr NodeId source(NodeId owner) const {
    return is_virtual(owner) ? owner_[at(operand(owner))] : owner;
  }
  constexpr Access access_through(NodeId broadcast) const {
    return Access::broadcast(nodes_[operand(broadcast)].shape, nodes_[broadcast].shape);
  }

  /// A broadcast is in memory where something other than elementwise work reads it, or where it is read under
  /// another shape so that no common loops exist for an operation's operands.
  constexpr void find_materialised_broadcasts() {
    const auto mark = [this](NodeId id) {
      const NodeId owner = owner_[at(id)];
      if (nodes_[owner].primitive->kind == Kind::broadcast) materialised_[at(owner)] = true;
    };
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
      if (const NodeId owner = owner_[at(ids_[n.first_operand + k])]; is_virtual(owner))
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
        early = is_early_[at(from)] || nodes_[from].primitive->kind == Kind::source;
      }
      is_early_[at(id)] = early;
    }
  }

  constexpr void place(NodeId id) {
    const Node& n = nodes_[id];
    const Kind kind = n.primitive->kind;
    if (kind == Kind::source) return;
    if (kind == Kind::view || is_virtual(id)) {
      group_[at(id)] = group_[at(operand(id))];
      return;
    }
    if (kind == Kind::elementwise && join(id)) return;
    if (n.primitive == &primitive::sum && (join_as_total(id) || open_for_total(id))) return;
    const bool fused = kind == Kind::elementwise || kind == Kind::broadcast;
    group_[at(id)] = static_cast<std::int32_t>(groups_.size());
    std::size_t columns = 1;
    for (std::size_t i = 0; i < n.primitive->column_axes; ++i) columns *= n.shape[n.shape.rank - 1 - i];
    groups_.push_back(
        {fused ? no_node : id, n.shape.elements(), columns, fused || kind == Kind::contraction});
    Group& group = groups_.back();
    if (!fused) return;
    group.members.reserve(8);
    group.members.push_back(id);
    group.reads = n.operand_count;
    if (kind == Kind::broadcast) group.bounds.add(access_through(id));
    if (kind != Kind::elementwise) return;
    for (std::size_t k = 0; k < n.operand_count; ++k)
      if (const NodeId owner = owner_[at(ids_[n.first_operand + k])]; is_virtual(owner))
        group.bounds.add(access_through(owner));
  }

  constexpr bool join(NodeId id) {
    const Node& n = nodes_[id];
    const NodeId* operands = ids_ + n.first_operand;
    std::int32_t last = -1;
    for (std::size_t k = 0; k < n.operand_count; ++k) last = std::max(last, group_[at(operands[k])]);
    if (last < 0) return false;
    Group& group = groups_[at(last)];
    if (!group.open || group.elements != n.shape.elements() || group.members.size() >= most_members ||
        group.reads + n.operand_count > most_reads)
      return false;
    std::vector<Access> accesses;
    for (std::size_t k = 0; k < n.operand_count; ++k)
      if (const NodeId owner = owner_[at(operands[k])]; is_virtual(owner)) {
        if (group_[at(source(owner))] == last) return false;
        accesses.push_back(access_through(owner));
      }
    if (!accesses.empty() && !group.accept(accesses)) return false;
    for (std::size_t k = 0; k < n.operand_count; ++k) group.reads += group_[at(operands[k])] != last;
    group.members.push_back(id);
    group_[at(id)] = last;
    return true;
  }

  constexpr bool join_as_total(NodeId id) {
    const Node& operand_node = nodes_[operand(id)];
    const std::int32_t last = group_[at(operand(id))];
    if (last < 0 || nodes_[id].attributes.integers[1] != operand_node.shape.rank) return false;
    Group& group = groups_[at(last)];
    const std::size_t reduced = group.elements / nodes_[id].shape.elements();
    if (reduced == 1 || group.root != no_node || !group.open ||
        group.elements != operand_node.shape.elements() || group.totals.size() >= most_totals ||
        (!group.totals.empty() && group.reduced != reduced))
      return false;
    if (group.totals.empty()) {
      const Access access = group.access_of_totals(reduced);
      if (!group.accept({&access, 1})) return false;
      group.reduced = reduced;
    }
    group.totals.push_back(id);
    group_[at(id)] = last;
    return true;
  }
  /// A loop for a sum that no loop can take: of all elements, or of what a kernel's epilogue computes. Such
  /// sums share a loop.
  constexpr bool open_for_total(NodeId id) {
    const NodeId from = operand(id);
    const std::size_t elements = nodes_[from].shape.elements(), totals = nodes_[id].shape.elements();
    const std::int32_t group = group_[at(from)];
    const bool follows_kernel = group >= 0 && groups_[at(group)].root != no_node &&
                                nodes_[from].primitive->kind == Kind::elementwise &&
                                nodes_[id].attributes.integers[1] == nodes_[from].shape.rank;
    if ((totals != 1 && !follows_kernel) || elements == totals) return false;
    const auto is_like = [&](const Group& g) {
      return g.elements == elements && g.reduced == elements / totals && g.totals.size() < most_totals;
    };
    if (last_for_totals_ <= group || !is_like(groups_[at(last_for_totals_)])) {
      last_for_totals_ = static_cast<std::int32_t>(groups_.size());
      groups_.push_back({no_node, elements, 1, true});
      groups_.back().reduced = elements / totals;
      groups_.back().bounds.add(groups_.back().access_of_totals(elements / totals));
    }
    groups_[at(last_for_totals_)].totals.push_back(id);
    group_[at(id)] = last_for_totals_;
    return true;
  }
  constexpr bool is_total(NodeId id) const {
    const std::int32_t group = group_[at(id)];
    return nodes_[id].primitive == &primitive::sum && groups_[at(group)].root != id;
  }

  /// In memory is what another group reads, unless that group can cheaply compute it again from what is in
  /// memory anyway.
  constexpr void decide_what_is_stored() {
    enum : char { unwanted, wanted, wanted_whole };
    Flags want(graph_.size(), unwanted);
    std::vector<std::int32_t> readers(graph_.size(), -1);  // the last of each node's in readers_
    for (const Output& output : graph_.outputs) want[at(owner_[at(output.node)])] = wanted_whole;
    for (NodeId id = 0; id < size_; ++id) {
      const Node& n = nodes_[id];
      const Kind kind = n.primitive->kind;
      if (n.operand_count == 0 || kind == Kind::view || is_virtual(id)) continue;
      for (std::size_t k = 0; k < n.operand_count; ++k) {
        const NodeId owner = owner_[at(ids_[n.first_operand + k])];
        const bool by_element = kind == Kind::elementwise || is_total(id);
        const bool whole = !by_element || is_virtual(owner);
        const NodeId read = by_element ? source(owner) : owner;
        if (group_[at(read)] == group_[at(id)] || want[at(read)] == wanted_whole) continue;
        want[at(read)] = whole ? wanted_whole : wanted;
        if (whole || nodes_[read].primitive->kind != Kind::elementwise) continue;
        readers_.push_back({group_[at(id)], readers[at(read)]});
        readers[at(read)] = static_cast<std::int32_t>(readers_.size() - 1);
      }
    }
    for (NodeId id = 0; id < size_; ++id)
      if (want[at(id)] != unwanted && nodes_[id].primitive->kind != Kind::source)
        stored_[at(id)] = want[at(id)] == wanted_whole || !is_repeated(id, readers[at(id)]);
  }
  /// Whether each of the groups that read `id` computes it again.
  constexpr bool is_repeated(NodeId id, std::int32_t readers) {
    repeated_.clear();
    if (!can_repeat(id, 4)) return false;
    if (repeated_.empty()) return true;
    for (std::int32_t i = readers, last = -1; i >= 0; i = readers_[at(i)].next) {
      Group& group = groups_[at(readers_[at(i)].group)];
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
      const NodeId owner = owner_[at(ids_[n.first_operand + k])];
      if (is_virtual(owner)) {
        // What it repeats is in memory; a number can be read by any loop.
        if (nodes_[operand(owner)].shape.elements() != 1) repeated_.push_back(access_through(owner));
      } else if (nodes_[owner].primitive->kind != Kind::source && !stored_[at(owner)] &&
                 !can_repeat(owner, budget - 1)) {
        return false;
      }
    }
    return true;
  }

  constexpr void emit(std::int32_t index) {
    const Group& group = groups_[at(index)];
    const bool has_root = group.root != no_node;
    results_.clear();
    if (has_root && (stored_[at(group.root)] || !group.open)) results_.push_back(group.root);
    for (std::size_t i = 0; i < group.members.size(); ++i)
      if (stored_[at(group.members[i])]) results_.push_back(group.members[i]);
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
    for (std::size_t i = 0; i < group.totals.size(); ++i) demand(owner_[at(operand(group.totals[i]))], index);

    std::vector<Access> strided;
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (inputs_[i].broadcast != no_node) strided.push_back(access_through(inputs_[i].broadcast));
    if (!group.totals.empty()) strided.push_back(group.access_of_totals(group.reduced));
    LoopBounds bounds(group.elements, group.columns);
    for (std::size_t i = 0; i < strided.size(); ++i) bounds.add(strided[i]);
    const Loops loops = group.loops_within(bounds);
    step.loops = loops.extents;
    for (std::size_t i = 0, next = 0; i < inputs_.size(); ++i) {
      FusedInput fused{.node = inputs_[i].node};
      if (inputs_[i].broadcast == no_node)
        for (std::size_t axis = 0; axis < loops.extents.rank; ++axis)
          fused.strides[axis] = loops.extents.stride(axis);
      else
        for (std::size_t axis = 0; axis < loops.extents.rank; ++axis)
          fused.strides[axis] = loops.stride(strided[next], axis);
      next += inputs_[i].broadcast != no_node;
      schedule_.inputs.push_back(fused);
    }
    emit_operations(has_root);
    for (std::size_t i = 0; i < results_.size(); ++i)
      schedule_.outputs.push_back({results_[i], slot(results_[i], has_root)});
    for (std::size_t i = 0; i < group.totals.size(); ++i)
      schedule_.outputs.push_back({group.totals[i], slot(owner_[at(operand(group.totals[i]))], has_root)});
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
    place_[at(slot.node)] = body_.size();
    body_.push_back(slot);
  }
  constexpr bool has(NodeId id) const {
    return place_[at(id)] < body_.size() && body_[place_[at(id)]].node == id;
  }
  constexpr std::size_t slot(NodeId id, bool has_root) const {
    const Slot& s = body_[place_[at(id)]];
    return s.role == Slot::root ? 0 : has_root + (s.role == Slot::operation ? inputs_.size() : 0) + s.place;
  }

  /// Adds to the body what computing `id` takes.
  constexpr void demand(NodeId id, std::int32_t group) {
    if (has(id)) return;
    const Node& n = nodes_[id];
    const bool here = group_[at(id)] == group;
    if (n.primitive->kind == Kind::broadcast && (here || !materialised_[at(id)])) {
      add({id, Slot::input, inputs_.size()});
      inputs_.push_back({owner_[at(operand(id))], id});
    } else if (n.primitive == &primitive::constant ||
               (n.primitive->kind == Kind::elementwise && (here || !stored_[at(id)]))) {
      for (std::size_t k = 0; k < n.operand_count; ++k) demand(owner_[at(ids_[n.first_operand + k])], group);
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
        operation.operands[k] = slot(owner_[at(ids_[n.first_operand + k])], has_root);
      schedule_.operations.push_back(operation);
    }
  }

  GraphView graph_;
  const Node* nodes_;
  const NodeId* ids_;
  NodeId size_;
  std::vector<std::int32_t> group_;
  std::vector<NodeId> owner_;
  std::vector<std::size_t> place_;
  Flags stored_, materialised_, is_early_;
  std::vector<Group> groups_;
  std::int32_t last_for_totals_ = -1;
  struct Reader {
    std::int32_t group, next;
  };
  std::vector<Reader> readers_;
  std::vector<Access> repeated_;
  Schedule schedule_;
  std::vector<NodeId> results_;
  std::vector<Slot> body_;
  std::vector<Input> inputs_;
  std::size_t operations_ = 0;
};

}  // namespace detail

/// Turns chains of elementwise work into one step each, or into the epilogue of the product or convolution
/// before them. `graph` is as `with_storage` leaves it.
constexpr Schedule fuse(GraphView graph) {
  return detail::Fusion(graph).run();
}

}  // namespace ctnn
