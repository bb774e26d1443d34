#pragma once
#include <ctnn/core/rounding.hpp>
#include <ctnn/train/compatible.hpp>
#include <ctnn/train/share_mini_batches.hpp>
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

namespace detail {

/// What a thread needs to evaluate a model on mini-batches: everything that is written to, except the losses.
template <class Net, class Data, Loss Criterion, std::size_t Batch>
class BatchEvaluation {
 public:
  using T = typename Net::value_type;
  static constexpr std::size_t outputs = Net::output_shape::elements;

  BatchEvaluation(const Net& model, const Data& data)
      : blocks_(model.bind()),
        batch_(data),
        workspace_(Run::workspace_bytes),
        weights_(Batch),
        predictions_(Batch * outputs) {
    std::ranges::fill(weights_.span(), T(1));
  }

  /// Evaluates samples first … first + count - 1. Writes the losses of Batch samples.
  void run(std::size_t first, std::size_t count, T* losses) {
    batch_.load(0, count, [&](std::size_t i) { return first + i; });
    T mean = 0;
    blocks_.bind(block::arena, workspace_.data());
    blocks_.bind(block::input, batch_.samples());
    blocks_.bind(block::target, batch_.targets());
    blocks_.bind(block::sample_weights, weights_.data());
    blocks_.bind(block::output, &mean);
    blocks_.bind(block::losses, losses);
    blocks_.bind(block::predictions, predictions_.data());
    Run::run(blocks_);
  }
  /// The number of the largest output for a sample of the mini-batch; `outputs` if one is NaN.
  std::size_t largest_output(std::size_t sample) const {
    const T* scores = predictions_.data() + sample * outputs;
    if (std::any_of(scores, scores + outputs, [](T score) { return std::isnan(score); })) return outputs;
    return static_cast<std::size_t>(std::max_element(scores, scores + outputs) - scores);
  }

 private:
  using Run = Program<EvaluationLoss<Net, Criterion, Batch>, T>;

  Blocks blocks_;
  BatchLoader<Data, Batch> batch_;
  AlignedBuffer<std::byte> workspace_;
  AlignedBuffer<T> weights_, predictions_;
};

}  // namespace detail

/// Runs the model, Batch samples at a time, over a dataset. Throws std::invalid_argument for an empty dataset
/// or a label without a class.
template <std::size_t Batch, class Net, class Data, Loss Criterion>
Metrics evaluate(const Net& model, const Data& data, Criterion, const EvaluationOptions& options = {}) {
  using T = typename Net::value_type;
  using Evaluation = detail::BatchEvaluation<Net, Data, Criterion, Batch>;
  static_cast<void>(Checked<detail::DatasetFit<Net, Data, Criterion>>{});
  detail::check_dataset<Net, Criterion>(data);

  constexpr bool labels = Criterion::target_type == ElementType::index;
  constexpr std::size_t classes = labels ? Evaluation::outputs : 0;
  std::vector<T> losses(round_up(data.size(), Batch));
  std::vector<std::size_t> predicted(labels ? data.size() : 0);
  detail::share_mini_batches<Batch>(data.size(), options.threads, [&] {
    return [&, evaluation = Evaluation(model, data)](std::size_t first, std::size_t count) mutable {
      evaluation.run(first, count, losses.data() + first);
      if constexpr (labels)
        for (std::size_t i = 0; i < count; ++i) predicted[first + i] = evaluation.largest_output(i);
    };
  });

  Metrics metrics{
      .samples = data.size(), .confusion = std::vector<std::size_t>(classes * classes), .classes = classes};
  for (std::size_t i = 0; i < data.size(); ++i) {
    metrics.loss += static_cast<double>(losses[i]);
    if constexpr (labels)
      if (predicted[i] < classes)
        ++metrics.confusion[static_cast<std::size_t>(data.targets[i]) * classes + predicted[i]];
  }
  metrics.loss /= static_cast<double>(data.size());
  return metrics;
}

}  // namespace ctnn
