#pragma once
#include <ctnn/graph/vjp.hpp>
#include <ctnn/losses/loss.hpp>
#include <ctnn/model/network.hpp>
#include <utility>

namespace ctnn {

namespace detail {

struct LossGraph {
  Graph graph;
  Text complaint;

  struct Sizes {
    Graph::Sizes graph;
    std::size_t complaint;
  };
  constexpr Sizes sizes() const { return {graph.sizes(), complaint.size()}; }
};

/// The network on a batch and the loss of each sample; outputs the mean over the samples' weights, and for
/// evaluation the losses and the predictions too.
template <class L, Loss Criterion>
constexpr LossGraph lower_loss(const Extents& sample, std::size_t batch, Mode mode) {
  Builder builder(batch, mode);
  const Value x = input(builder, batched(batch, sample), {block::input, 0});
  const Value weights = input(builder, {batch}, {block::sample_weights, 0});
  builder.set_sample_weights(weights);
  const Value prediction = builder.root<L>(x);
  const Extents target_shape = batched(batch, Criterion::target(Builder::sample_shape(prediction)));
  const Value target = input(builder, target_shape, {block::target, 0}, Criterion::target_type);
  builder.set_context(type_name<Criterion>);
  const Value losses = Criterion::lower(builder, prediction, target);
  if (!builder.error().empty()) return {{}, builder.error()};
  const Value mean = sum(losses * weights, 0, 1) / sum(weights, 0, 1);
  // What the builder has recorded so far are the states' updates.
  std::vector<Output> updates = std::move(builder.graph().outputs);
  builder.graph().outputs = {{mean.id, {block::output, 0}}};
  if (mode == Mode::evaluate) {
    builder.output(losses, {block::scalars, 0});
    builder.output(prediction, {block::gradients, 0});
  } else {
    for (const Output& update : updates) builder.graph().outputs.push_back(update);
  }
  return {remove_dead(builder.graph().view()), {}};
}

}  // namespace detail

/// The mean loss of a network on Batch samples, in training.
template <class Net, Loss Criterion, std::size_t Batch>
struct TrainingLoss {
 private:
  static constexpr auto frozen = [] {
    constexpr auto lower = [] {
      return detail::lower_loss<typename Net::layer, Criterion>(Net::input_shape::extents, Batch,
                                                                Mode::train);
    };
    constexpr auto sizes = lower().sizes();
    const detail::LossGraph result = lower();
    return std::pair(FixedText<sizes.complaint>(result.complaint), FixedGraph<sizes.graph>(result.graph));
  }();

 public:
  static constexpr auto complaint = frozen.first;
  static constexpr auto graph = frozen.second;
};

/// The same for evaluation: the mean loss to block::output, each sample's loss to block::scalars, and the
/// predictions to block::gradients.
template <class Net, Loss Criterion, std::size_t Batch>
struct EvaluationLoss {
  static constexpr auto graph = freeze_graph([] {
    return detail::lower_loss<typename Net::layer, Criterion>(Net::input_shape::extents, Batch,
                                                              Mode::evaluate)
        .graph;
  });
};

namespace detail {

/// Adds to a graph whose first output is a scalar that scalar's gradient by every parameter.
constexpr Graph with_gradient(GraphView forward) {
  GraphBuilder builder(forward);
  std::vector<Value> parameters;
  for (std::size_t i = 0; i < forward.size(); ++i)
    if (forward.nodes[i].primitive == &primitive::input &&
        forward.nodes[i].attributes.integers[0] == block::parameters)
      parameters.push_back(builder.value(static_cast<NodeId>(i)));
  const std::vector<Value> gradients = gradient(builder.value(forward.outputs[0].node), parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    builder.output(gradients[i], {block::gradients, parameters[i].node().attributes.integers[1]});
  return remove_dead(builder.graph().view());
}

}  // namespace detail

/// The mean loss and its gradient by every parameter, to block::gradients in the layout of the parameters.
template <class Net, Loss Criterion, std::size_t Batch>
struct TrainingGraph {
  static constexpr auto graph =
      freeze_graph([] { return detail::with_gradient(TrainingLoss<Net, Criterion, Batch>::graph.view()); });
};

}  // namespace ctnn
