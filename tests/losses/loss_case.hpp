#pragma once
#include <ctnn/core/aligned_buffer.hpp>
#include <ctnn/kernels/program.hpp>
#include <ctnn/layers.hpp>
#include <ctnn/train/trainer.hpp>
#include <ctnn/train/training_graph.hpp>
#include <type_traits>

#include "reference/reference.hpp"

namespace ctnn::test {

inline constexpr std::size_t loss_batch = 4;

/// The loss of predictions of shape S, their mean, and the mean's gradient by the predictions.
template <class Criterion, class S>
struct LossOfPredictions {
  static constexpr auto graph = freeze_graph([] {
    const auto lowered = detail::lower_loss<Identity, Criterion>(S::extents, loss_batch, Mode::evaluate);
    GraphBuilder builder(lowered.graph.view());
    for (std::size_t i = 0; i < builder.size(); ++i) {
      const Node& node = builder.graph().nodes[i];
      if (node.primitive != &primitive::input || node.attributes.integers[0] != block::input) continue;
      const Value prediction = builder.value(static_cast<NodeId>(i));
      const Value mean = builder.value(builder.graph().outputs[0].node);
      builder.output(gradient(mean, std::span(&prediction, 1))[0], {block::gradients, 0});
      break;
    }
    return remove_dead(builder.graph().view());
  });
};

template <class T, class Criterion, class S>
void check_loss_in(const Reference& reference, const std::string& name) {
  using Run = Program<LossOfPredictions<Criterion, S>, T>;
  constexpr double bound = std::is_same_v<T, float> ? 1e-6 : 1e-14;
  INFO(name << " of " << sizeof(T) << " bytes");
  const auto given = reference(name + "/prediction"), wanted = reference(name + "/target");
  const std::vector<T> prediction(given.begin(), given.end());
  std::vector<target_element<Criterion, T>> target;
  for (double element : wanted) target.push_back(static_cast<target_element<Criterion, T>>(element));
  const std::vector<T> weights(loss_batch, T(1));
  AlignedBuffer<T> mean(1), losses(loss_batch), predictions(given.size()), gradient(given.size());
  AlignedBuffer<std::byte> workspace(Run::workspace_bytes);

  Blocks blocks;
  blocks.bind(block::arena, workspace.data());
  blocks.bind(block::input, prediction.data());
  blocks.bind(block::target, target.data());
  blocks.bind(block::sample_weights, weights.data());
  blocks.bind(block::output, mean.data());
  blocks.bind(block::losses, losses.data());
  blocks.bind(block::predictions, predictions.data());
  blocks.bind(block::gradients, gradient.data());
  Run::run(blocks);

  const auto expected = reference(name + "/losses");
  double sum = 0;
  for (double loss : expected) sum += loss;
  CHECK(relative_error<T>(losses.span(), expected) <= bound);
  CHECK(relative_error<T>(mean.span(), std::vector{sum / loss_batch}) <= bound);
  CHECK(relative_error<T>(gradient.span(), reference(name + "/gradient")) <= bound);
}

/// Checks each sample's loss, their mean and its gradient against PyTorch, in float and in double.
template <class Criterion, class S>
void check_loss(const std::string& name) {
  const Reference reference("losses");
  check_loss_in<float, Criterion, S>(reference, name);
  check_loss_in<double, Criterion, S>(reference, name);
}

}  // namespace ctnn::test
