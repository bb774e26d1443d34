#pragma once
#include <cstring>
#include <ctnn/graph/plan.hpp>
#include <ctnn/graph/storage.hpp>
#include <limits>
#include <string>

namespace ctnn::test {

/// Runs a schedule in a memory plan, element by element, by the primitives' plain meanings: the passes
/// without the kernels, at run time. Every four bytes of every block know which value they hold, so that a
/// read of what is overwritten, freed or never written is noticed even where it doesn't change the result.
template <class T>
class Executor {
 public:
  Executor(GraphView graph, const Schedule& schedule, const MemoryPlan& plan)
      : graph_(graph), schedule_(schedule), plan_(plan), last_read_(graph.size(), 0) {
    for (std::size_t s = 0; s < schedule.steps.size(); ++s)
      for_each_read(schedule.steps[s], [&](NodeId id) { last_read_[at(id)] = s; });
    resize(block::arena, plan.arena_bytes);
    poison(block::arena, 0, plan.arena_bytes);
  }

  /// Room for `bytes` in a block that the caller binds.
  void resize(std::size_t block, std::size_t bytes) {
    memory_[block].resize(bytes);
    held_[block].assign(bytes / 4, no_node);
  }
  template <class E>
  void bind(std::size_t block, const std::vector<E>& elements) {
    resize(block, elements.size() * sizeof(E));
    if (!elements.empty()) std::memcpy(memory_[block].data(), elements.data(), elements.size() * sizeof(E));
  }
  /// What went wrong first; empty if nothing did.
  const std::string& violation() const { return violation_; }

  void run() {
    for (std::size_t i = 0; i < graph_.size(); ++i)
      if (graph_.nodes[i].primitive == &primitive::input) hold(static_cast<NodeId>(i));
    for (std::size_t s = 0; s < schedule_.steps.size(); ++s) run_step(s);
    for (const Output& output : graph_.outputs) {
      const Location place = plan_.locations[at(output.node)];
      const std::size_t size = graph_[output.node].type == ElementType::index ? 4 : sizeof(T);
      if (place.block != output.binding.block || place.offset != output.binding.offset * size)
        complain(output.node, "is not where it is bound");
      check_held(output.node);
    }
  }

  std::vector<double> elements(NodeId id) const {
    const Node& node = graph_[id];
    const Location place = plan_.locations[at(id)];
    std::vector<double> result(node.shape.elements());
    for (std::size_t e = 0; e < result.size(); ++e) result[e] = element(node.type, place, e);
    return result;
  }

 private:
  static std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }
  NodeId owner(NodeId id) const {
    while (graph_[id].primitive->kind == Kind::view) id = graph_.operands(graph_[id])[0];
    return id;
  }
  void for_each_read(const Step& step, auto visit) const {
    for (std::size_t i = 0; i < step.inputs; ++i) visit(owner(schedule_.inputs[step.first_input + i].node));
    if (step.root != no_node)
      for (NodeId operand : graph_.operands(graph_[step.root])) visit(owner(operand));
  }
  std::size_t bytes(NodeId id) const {
    return graph_[id].shape.elements() * (graph_[id].type == ElementType::index ? 4 : sizeof(T));
  }

  void complain(NodeId id, const std::string& what) {
    if (violation_.empty())
      violation_ =
          "node " + std::to_string(id) + " (" + std::string(graph_[id].primitive->name) + ") " + what;
  }
  bool inside(NodeId id) {
    const Location place = plan_.locations[at(id)];
    if (place.offset + bytes(id) <= memory_[place.block].size()) return true;
    complain(id, "is outside of its block");
    return false;
  }
  void poison(std::size_t block, std::size_t offset, std::size_t size) {
    std::fill_n(memory_[block].begin() + static_cast<std::ptrdiff_t>(offset), size, std::byte{0xFF});
    std::fill_n(held_[block].begin() + static_cast<std::ptrdiff_t>(offset / 4), size / 4, no_node);
  }
  void hold(NodeId id) {
    const Location place = plan_.locations[at(id)];
    if (inside(id))
      std::fill_n(held_[place.block].begin() + static_cast<std::ptrdiff_t>(place.offset / 4), bytes(id) / 4,
                  id);
  }
  void check_held(NodeId id) {
    id = owner(id);
    const Location place = plan_.locations[at(id)];
    if (!inside(id)) return;
    for (std::size_t i = 0; i < bytes(id) / 4; ++i) {
      const NodeId held = held_[place.block][place.offset / 4 + i];
      // An input may be a piece of another.
      const bool both_inputs = held != no_node && graph_[held].primitive == &primitive::input &&
                               graph_[id].primitive == &primitive::input;
      if (held != id && !both_inputs) return complain(id, "is read but not in its place");
    }
  }

  double element(ElementType type, Location place, std::size_t e) const {
    const std::byte* from = memory_[place.block].data() + place.offset;
    if (type == ElementType::index) {
      std::int32_t value;
      std::memcpy(&value, from + 4 * e, 4);
      return value;
    }
    T value;
    std::memcpy(&value, from + sizeof(T) * e, sizeof(T));
    return static_cast<double>(value);
  }
  void write(ElementType type, Location place, std::size_t e, double number) {
    std::byte* to = memory_[place.block].data() + place.offset;
    if (type == ElementType::index) {
      const auto value = static_cast<std::int32_t>(number);
      std::memcpy(to + 4 * e, &value, 4);
    } else {
      const auto value = static_cast<T>(number);
      std::memcpy(to + sizeof(T) * e, &value, sizeof(T));
    }
  }

  bool copies_to_itself(NodeId output, NodeId operand) const {
    return graph_[output].primitive == &primitive::copy && bytes(output) == bytes(operand) &&
           plan_.locations[at(output)].offset == plan_.locations[at(operand)].offset;
  }

  /// Outputs may overlap only what the step reads in the same order as it writes.
  void check_overlap(const Step& step, NodeId output) {
    const Location place = plan_.locations[at(output)];
    const auto meets = [&](NodeId id) {
      const Location other = plan_.locations[at(id)];
      return other.block == place.block && other.offset < place.offset + bytes(output) &&
             place.offset < other.offset + bytes(id);
    };
    if (place.block == block::arena && place.offset % alignment != 0) complain(output, "is not aligned");
    if (step.root != no_node)
      for (NodeId operand : graph_.operands(graph_[step.root]))
        if (meets(owner(operand)) && !copies_to_itself(output, owner(operand)))
          complain(output, "overlaps an operand of its kernel");
    for (std::size_t i = 0; i < step.inputs; ++i) {
      const FusedInput& input = schedule_.inputs[step.first_input + i];
      const NodeId source = owner(input.node);
      if (!meets(source)) continue;
      bool in_place = plan_.locations[at(source)].offset == place.offset && bytes(source) == bytes(output);
      for (std::size_t l = 0; l < step.loops.rank; ++l)
        in_place = in_place && (step.loops[l] == 1 || input.strides[l] == step.loops.stride(l));
      if (!in_place || step.root != no_node) complain(output, "overlaps an input of its step");
    }
    for (std::size_t o = 0; o < step.outputs; ++o) {
      const NodeId other = schedule_.outputs[step.first_output + o].node;
      if (other != output && meets(other)) complain(output, "overlaps another output of its step");
    }
  }

  void run_step(std::size_t number) {
    const Step& step = schedule_.steps[number];
    for_each_read(step, [&](NodeId id) { check_held(id); });
    const auto outputs = std::span(schedule_.outputs).subspan(step.first_output, step.outputs);
    for (const FusedOutput& output : outputs) {
      check_overlap(step, output.node);
      if (!inside(output.node)) return;
    }

    std::vector<double> root;
    if (step.root != no_node) {
      const Node& node = graph_[step.root];
      std::size_t columns = 1;
      for (std::size_t i = 0; i < node.primitive->column_axes; ++i)
        columns *= node.shape[node.shape.rank - 1 - i];
      if (node.primitive->kind == Kind::contraction && step.loops.back() != columns)
        complain(step.root, "hands over other columns than its epilogue takes");
      std::vector<std::vector<double>> operands;
      std::vector<const double*> pointers;
      for (NodeId operand : graph_.operands(node)) operands.push_back(elements(operand));
      for (const auto& operand : operands) pointers.push_back(operand.data());
      root.resize(node.shape.elements());
      node.primitive->evaluate(graph_.signature(node), pointers.data(), root.data());
    }
    if (step.root != no_node && step.operations == 0) {
      for (const FusedOutput& output : outputs)
        for (std::size_t e = 0; e < root.size(); ++e)
          write(graph_[output.node].type, plan_.locations[at(output.node)], e, root[e]);
    } else {
      for (std::size_t e = 0; e < step.loops.elements(); ++e) run_body(step, e, root);
      for (const FusedOutput& output : outputs)
        if (graph_[output.node].shape.elements() * (is_total(step, output) ? step.reduced : 1) !=
            step.loops.elements())
          complain(output.node, "has other loops than elements");
    }

    for (const FusedOutput& output : outputs) hold(output.node);
    for_each_read(step, [&](NodeId id) {
      const Location place = plan_.locations[at(id)];
      if (last_read_[at(id)] == number && place.block == block::arena &&
          held_[place.block][place.offset / 4] == id)
        poison(place.block, place.offset, bytes(id));
    });
  }

  bool is_total(const Step& step, const FusedOutput& output) const {
    return &output >= &schedule_.outputs[step.first_output] + step.outputs - step.totals;
  }

  void run_body(const Step& step, std::size_t e, const std::vector<double>& root) {
    std::vector<double> slots;
    if (step.root != no_node) slots.push_back(root[e]);
    for (std::size_t i = 0; i < step.inputs; ++i) {
      const FusedInput& input = schedule_.inputs[step.first_input + i];
      const Node& source = graph_[owner(input.node)];
      std::size_t offset = 0;
      for (std::size_t l = 0; l < step.loops.rank; ++l)
        offset += e / step.loops.stride(l) % step.loops[l] * input.strides[l];
      if (offset >= source.shape.elements()) return complain(input.node, "is read beyond its end");
      slots.push_back(element(source.type, plan_.locations[at(input.node)], offset));
    }
    for (std::size_t i = 0; i < step.operations; ++i) {
      const FusedOperation& operation = schedule_.operations[step.first_operation + i];
      double result = operation.scalar;
      if (operation.primitive != &primitive::constant && operation.primitive != &primitive::fill) {
        const double* operands[]{&slots[operation.operands[0]], &slots[operation.operands[1]],
                                 &slots[operation.operands[2]]};
        operation.primitive->evaluate(Signature{}, operands, &result);
      }
      slots.push_back(result);
    }
    for (std::size_t o = 0; o < step.outputs; ++o) {
      const FusedOutput& output = schedule_.outputs[step.first_output + o];
      const Location place = plan_.locations[at(output.node)];
      const ElementType type = graph_[output.node].type;
      if (!is_total(step, output)) {
        write(type, place, e, slots[output.slot]);
        continue;
      }
      const std::size_t i = e / step.reduced;
      write(type, place, i, (e % step.reduced == 0 ? 0 : element(type, place, i)) + slots[output.slot]);
    }
  }

  GraphView graph_;
  const Schedule& schedule_;
  const MemoryPlan& plan_;
  std::vector<std::size_t> last_read_;
  std::array<std::vector<std::byte>, block::count> memory_;
  std::array<std::vector<NodeId>, block::count> held_;
  std::string violation_;
};

}  // namespace ctnn::test
