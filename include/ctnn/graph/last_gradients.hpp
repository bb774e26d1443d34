#pragma once
#include <ctnn/graph/schedule.hpp>
#include <ctnn/ops/matrix_product.hpp>
#include <ctnn/ops/source.hpp>

namespace ctnn {

/// The parameters whose gradient is all that a step computes: `elements` from `offset` on in their block;
/// none if there are no elements.
struct GradientOfStep {
  std::size_t offset = 0, elements = 0;
};

/// For each step, the gradient by which an optimizer may move the parameters when it is computed, while it is
/// at hand: nothing else reads it, nothing reads the parameters from that step on, and the loss is known by
/// then. A small one is not worth code of its own.
constexpr List<GradientOfStep> last_gradients(GraphView graph, const auto& schedule) {
  constexpr std::size_t least_elements = 2048;
  const auto owner = [&](NodeId id) {
    while (graph[id].primitive->kind == Kind::view) id = graph.operands(graph[id])[0];
    return static_cast<std::size_t>(id);
  };
  // By node, 1 + the step that computes it, and 1 + the last that reads it; 0 for none.
  List<std::size_t> computed(graph.size(), 0), read(graph.size(), 0);
  for (std::size_t s = 0; s < schedule.steps.size(); ++s) {
    const Step& step = schedule.steps[s];
    for (std::size_t i = 0; i < step.inputs; ++i)
      read[owner(schedule.inputs[step.first_input + i].node)] = s + 1;
    if (step.root != no_node)
      for (const NodeId operand : graph.operands(graph[step.root])) read[owner(operand)] = s + 1;
    for (std::size_t o = 0; o < step.outputs; ++o)
      computed[static_cast<std::size_t>(schedule.outputs[step.first_output + o].node)] = s + 1;
  }
  List<std::size_t> parameters;
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (graph.nodes[i].primitive == &primitive::input &&
        graph.nodes[i].attributes.integers[0] == block::parameters)
      parameters.push_back(i);
  const auto is_read_from = [&](std::size_t step, std::size_t offset, std::size_t elements) {
    for (const std::size_t i : parameters) {
      const std::size_t begin = graph.nodes[i].attributes.integers[1];
      if (begin < offset + elements && offset < begin + graph.nodes[i].shape.elements() && read[i] > step)
        return true;
    }
    return false;
  };
  // Kernels of convolutions have no tiles to hand over.
  const auto can_hand_over = [&](const Step& step) {
    if (step.outputs != 1) return false;
    return step.root == no_node
               ? step.totals == 0
               : graph[step.root].primitive == &primitive::matrix_product && step.operations == 0;
  };

  std::size_t loss = schedule.steps.size();
  for (const Output& output : graph.outputs)
    if (output.binding.block == block::output) loss = computed[owner(output.node)];
  List<GradientOfStep> result(schedule.steps.size());
  for (const Output& output : graph.outputs) {
    const std::size_t id = owner(output.node), elements = graph.nodes[id].shape.elements();
    if (output.binding.block != block::gradients || elements < least_elements || computed[id] == 0) continue;
    const std::size_t step = computed[id] - 1;
    if (loss <= step && read[id] == 0 && can_hand_over(schedule.steps[step]) &&
        !is_read_from(step, output.binding.offset, elements))
      result[step] = {output.binding.offset, elements};
  }
  return result;
}

/// How many of `steps` have elements.
constexpr std::size_t count_moved(const auto& steps) {
  std::size_t count = 0;
  for (const GradientOfStep& gradient : steps) count += gradient.elements != 0;
  return count;
}
/// The Count of `steps` that have elements, in the order of the parameters.
template <std::size_t Count>
constexpr std::array<GradientOfStep, Count> in_order(const auto& steps) {
  std::array<GradientOfStep, Count> result;
  std::size_t count = 0;
  for (const GradientOfStep& gradient : steps) {
    if (gradient.elements == 0) continue;
    std::size_t i = count++;
    for (; i > 0 && result[i - 1].offset > gradient.offset; --i) result[i] = result[i - 1];
    result[i] = gradient;
  }
  return result;
}

}  // namespace ctnn
