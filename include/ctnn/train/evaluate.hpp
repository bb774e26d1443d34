#pragma once
#include <ctnn/train/compatible.hpp>
#include <optional>
#include <vector>

namespace ctnn {

/// How a model does on a dataset. Counts per class are for losses that take class labels, else empty. A
/// sample with an output that is NaN has no prediction: it is in no count of a class, and wrong in
/// accuracy().
struct Metrics {
  std::size_t samples = 0;
  double loss = 0;                     ///< mean over the samples
  std::vector<std::size_t> confusion;  ///< [label, prediction], classes x classes counts
  std::size_t classes = 0;

  std::size_t count(std::size_t label, std::size_t prediction) const {
    return confusion[label * classes + prediction];
  }
  std::size_t of_class(std::size_t label) const {
    std::size_t total = 0;
    for (std::size_t i = 0; i < classes; ++i) total += count(label, i);
    return total;
  }
  /// Share of the samples, or of one class's samples, whose largest output is their label's; nothing without
  /// classes.
  std::optional<double> accuracy() const {
    if (classes == 0) return std::nullopt;
    std::size_t correct = 0;
    for (std::size_t i = 0; i < classes; ++i) correct += count(i, i);
    return static_cast<double>(correct) / static_cast<double>(samples);
  }
  std::optional<double> accuracy(std::size_t label) const {
    if (label >= classes || of_class(label) == 0) return std::nullopt;
    return static_cast<double>(count(label, label)) / static_cast<double>(of_class(label));
  }
};

/// Runs the model, Batch samples at a time, over a dataset. Throws std::invalid_argument for an empty dataset
/// or a label without a class.
template <std::size_t Batch, class Net, class Data, Loss Criterion>
Metrics evaluate(const Net& model, const Data& data, Criterion) {
  using T = typename Net::value_type;
  using Run = Program<EvaluationLoss<Net, Criterion, Batch>, T>;
  static_cast<void>(Checked<detail::DatasetFit<Net, Data, Criterion>>{});
  detail::check_dataset<Net, Criterion>(data);

  constexpr std::size_t outputs = Net::output_shape::elements;
  detail::BatchLoader<Data, Batch> batch(data);
  AlignedBuffer<std::byte> workspace(Run::workspace_bytes);
  AlignedBuffer<T> losses(Batch), weights(Batch), predictions(Batch * outputs);
  std::ranges::fill(weights.span(), T(1));
  T mean = 0;
  Blocks blocks = model.bind();
  blocks.bind(block::arena, workspace.data());
  blocks.bind(block::input, batch.samples());
  blocks.bind(block::target, batch.targets());
  blocks.bind(block::sample_weights, weights.data());
  blocks.bind(block::output, &mean);
  blocks.bind(block::losses, losses.data());
  blocks.bind(block::predictions, predictions.data());

  constexpr bool labels = Criterion::target_type == ElementType::index;
  Metrics metrics{.samples = data.size(),
                  .confusion = std::vector<std::size_t>(labels ? outputs * outputs : 0),
                  .classes = labels ? outputs : 0};
  for (std::size_t first = 0; first < data.size(); first += Batch) {
    const std::size_t count = std::min(Batch, data.size() - first);
    batch.load(count, [&](std::size_t i) { return first + i; });
    Run::run(blocks);
    for (std::size_t i = 0; i < count; ++i) {
      metrics.loss += static_cast<double>(losses.data()[i]);
      if constexpr (labels) {
        const T* scores = predictions.data() + i * outputs;
        if (std::any_of(scores, scores + outputs, [](T score) { return std::isnan(score); })) continue;
        const auto best = static_cast<std::size_t>(std::max_element(scores, scores + outputs) - scores);
        ++metrics.confusion[static_cast<std::size_t>(data.targets[first + i]) * outputs + best];
      }
    }
  }
  metrics.loss /= static_cast<double>(data.size());
  return metrics;
}

}  // namespace ctnn
