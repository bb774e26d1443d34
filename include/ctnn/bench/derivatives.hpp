#pragma once
#include <ctnn/graph/jvp.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/model/network.hpp>

namespace ctnn::bench {

/// What an adjoint is taken by.
enum class By { input, parameters, both };

namespace detail {

/// The inputs of a lowered layer that `by` names.
constexpr std::vector<ctnn::Value> inputs_of(GraphBuilder& builder, By by) {
  std::vector<ctnn::Value> inputs;
  for (std::size_t i = 0; i < builder.size(); ++i) {
    const ctnn::Value value = builder.value(static_cast<NodeId>(i));
    if (!value.is(primitive::input)) continue;
    const std::size_t block = value.node().attributes.integers[0];
    if ((block == block::input && by != By::parameters) || (block == block::parameters && by != By::input))
      inputs.push_back(value);
  }
  return inputs;
}

/// The derivative of the output along a direction of the input, in block::predictions, and of the parameters,
/// in block::gradients; to block::output. What it needs of the values is computed, too.
constexpr Graph with_tangent(GraphView forward) {
  GraphBuilder builder(forward);
  const std::vector<ctnn::Value> inputs = inputs_of(builder, By::both);
  std::vector<ctnn::Value> directions;
  for (const ctnn::Value& x : inputs) {
    const auto* place = x.node().attributes.integers;
    const std::size_t block = place[0] == block::input ? block::predictions : block::gradients;
    directions.push_back(input(builder, x.shape(), {block, place[1]}));
  }
  const ctnn::Value output = builder.value(forward.outputs[0].node);
  const ctnn::Value tangent = jvp(std::span(&output, 1), inputs, directions)[0];
  builder.graph().outputs.clear();
  builder.output(tangent ? tangent : constant_like(output, 0), {block::output, 0});
  return remove_dead(builder.graph().view());
}

/// The product of block::output with the Jacobian: by the input to block::predictions, by the parameters to
/// block::gradients. What it needs of the values is computed, too.
constexpr Graph with_adjoint(GraphView forward, By by) {
  GraphBuilder builder(forward);
  const std::vector<ctnn::Value> inputs = inputs_of(builder, by);
  const ctnn::Value output = builder.value(forward.outputs[0].node);
  const ctnn::Value upstream = input(builder, output.shape(), {block::output, 0});
  const std::vector<ctnn::Value> adjoints = vjp(std::span(&output, 1), std::span(&upstream, 1), inputs);
  builder.graph().outputs.clear();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto* place = inputs[i].node().attributes.integers;
    const std::size_t block = place[0] == block::input ? block::predictions : block::gradients;
    builder.output(adjoints[i] ? adjoints[i] : constant_like(inputs[i], 0), {block, place[1]});
  }
  return remove_dead(builder.graph().view());
}

template <class L, class S, std::size_t Batch>
struct TangentGraph {
  static constexpr auto graph =
      freeze_graph([] { return with_tangent(Evaluation<L, S, Batch>::graph.view()); });
};
template <class L, class S, std::size_t Batch, By Inputs>
struct AdjointGraph {
  static constexpr auto graph =
      freeze_graph([] { return with_adjoint(Evaluation<L, S, Batch>::graph.view(), Inputs); });
};

}  // namespace detail

}  // namespace ctnn::bench
