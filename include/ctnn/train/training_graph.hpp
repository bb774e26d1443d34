#pragma once
#include <ctnn/graph/checked_graph.hpp>
#include <ctnn/graph/phases.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/losses/loss.hpp>
#include <ctnn/model/network.hpp>
#include <ctnn/ops/broadcast.hpp>
#include <utility>

namespace ctnn {

namespace detail {

/// The inputs and the results of a network on a batch with its loss.
struct BatchLoss {
  Value weights, prediction;
  Value losses;  ///< one per sample; absent after a mistake
};

/// One of several chunks is given the sum of all chunks' weights behind its own; and for who wants the
/// weights of the whole mini-batch, a stand-in.
constexpr void set_weights(Builder& builder, Value weights) {
  const std::size_t batch = builder.batch();
  if (builder.chunks() == 1)
    builder.set_sample_weights(weights, weights, sum(weights, 0, 1));
  else
    builder.set_sample_weights(input(builder, {batch}, {block::sample_weights, batch + 1}), weights,
                               input(builder, {}, {block::sample_weights, batch}));
}

template <class L, Loss Criterion>
constexpr BatchLoss lower_losses(Builder& builder, const Extents& sample) {
  const std::size_t batch = builder.batch();
  const Value x = input(builder, batched(batch, sample), {block::input, 0});
  const Value weights = input(builder, {batch}, {block::sample_weights, 0});
  set_weights(builder, weights);
  const Value prediction = builder.root<L>(x);
  if (!builder.error().empty()) return {weights, prediction, {}};
  const Extents target_shape = batched(batch, Criterion::target(Builder::sample_shape(prediction)));
  const Value target = input(builder, target_shape, {block::target, 0}, Criterion::target_type);
  builder.set_context(type_name<Criterion>);
  const Value losses = Criterion::lower(builder, prediction, target);
  return {weights, prediction, builder.error().empty() ? losses : Value{}};
}

/// The network on a batch and the loss of each sample; outputs the mean over the samples' weights, and for
/// evaluation the losses and the predictions too. Of several chunks' means, it is the chunk's part.
template <class L, Loss Criterion>
constexpr CheckedGraph lower_loss(const Extents& sample, std::size_t batch, Mode mode,
                                  std::size_t chunks = 1) {
  // A mistake leaves a graph of one number, so that nothing else complains of it.
  const auto mistake = [](const Text& complaint) {
    GraphBuilder nothing;
    nothing.output(constant(nothing, 0, {}), {block::output, 0});
    return CheckedGraph{nothing.graph(), complaint};
  };
  if (batch == 0) return mistake("a mini-batch has at least one sample");
  Builder builder(batch, mode, chunks);
  const auto [weights, prediction, losses] = lower_losses<L, Criterion>(builder, sample);
  if (!losses) return mistake(builder.complaint());
  const Value mean = sum(losses * weights, 0, 1) / builder.total_weight();
  // What the builder has recorded so far are the states' updates.
  List<Output> updates = std::move(builder.graph().outputs);
  builder.output(mean, {block::output, 0});
  if (mode == Mode::evaluate) {
    builder.output(losses, {block::losses, 0});
    builder.output(prediction, {block::predictions, 0});
  } else {
    for (const Output& update : updates) builder.graph().outputs.push_back(update);
  }
  return {remove_dead(builder.graph().view()), {}};
}

/// The complaint of a loss about the shape of a network's output.
template <class Net, Loss Criterion>
struct LossFit {
  static constexpr auto complaint = freeze_text([] {
    if (Net::network::complaint.size() != 0) return Text();
    constexpr std::size_t batch = 2;
    Builder builder(batch, Mode::train);
    builder.set_context(type_name<Criterion>);
    set_weights(builder, input(builder, {batch}, {block::sample_weights, 0}));
    const Value prediction = input(builder, batched(batch, Net::output_extents), {block::predictions, 0});
    const Value target = input(builder, batched(batch, Criterion::target(Net::output_extents)),
                               {block::target, 0}, Criterion::target_type);
    const Value losses = Criterion::lower(builder, prediction, target);
    if (builder.error().empty() && losses.shape() != Extents{batch})
      builder.fail(losses, join("must give one number per sample, gives ", Builder::sample_shape(losses)));
    return builder.complaint();
  });
};

template <class Net, Loss Criterion, std::size_t Batch, std::size_t Chunks>
struct MakeTrainingLoss {
  constexpr CheckedGraph operator()() const {
    CheckedGraph result =
        lower_loss<typename Net::layer, Criterion>(Net::input_shape::extents, Batch, Mode::train, Chunks);
    // What is wrong without the other has been said before.
    if (Net::network::complaint.size() + LossFit<Net, Criterion>::complaint.size() != 0)
      result.complaint = Text();
    return result;
  }
};

}  // namespace detail

/// The mean loss of a network on Batch samples, in training; or the part that they have in it, as one of
/// several chunks.
template <class Net, Loss Criterion, std::size_t Batch, std::size_t Chunks = 1>
struct TrainingLoss : Checked<detail::LossFit<Net, Criterion>>,
                      FrozenCheckedGraph<detail::MakeTrainingLoss<Net, Criterion, Batch, Chunks>> {};

/// The same for evaluation; each sample's loss and prediction go to block::losses and block::predictions.
template <class Net, Loss Criterion, std::size_t Batch>
struct EvaluationLoss : Checked<detail::LossFit<Net, Criterion>> {
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

/// The mean loss and its gradient by every parameter, to block::gradients in the layout of the parameters. Of
/// several chunks, the graph is in phases, and each gives its part of both.
template <class Net, Loss Criterion, std::size_t Batch, std::size_t Chunks = 1>
struct TrainingGraph {
  static constexpr auto graph = freeze_graph([] {
    const Graph whole = detail::with_gradient(TrainingLoss<Net, Criterion, Batch, Chunks>::graph.view());
    if constexpr (Chunks == 1)
      return whole;
    else
      return in_phases(whole.view(), Net::network::lowered.state_elements);
  });
};

}  // namespace ctnn
