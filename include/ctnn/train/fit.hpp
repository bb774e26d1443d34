#pragma once
#include <chrono>
#include <ctnn/core/rounding.hpp>
#include <ctnn/train/evaluate.hpp>
#include <ctnn/train/log.hpp>
#include <functional>
#include <numeric>

namespace ctnn {

/// How far a run is.
struct Progress {
  std::size_t epoch, epochs;             ///< from 1
  std::size_t mini_batch, mini_batches;  ///< within the epoch, from 1
  std::size_t samples;                   ///< seen since the run began
  double training_loss;                  ///< mean over the samples since the last report
};

namespace detail {

/// The complaint for a validation set that is not like the training set.
template <class Data, class Other>
struct ValidationFit {
  static constexpr auto complaint = freeze_text([] {
    if constexpr (requires { Other::sample_shape::extents; }) {
      if (Other::sample_shape::extents != Data::sample_shape::extents)
        return join("the dataset for training has samples ", Data::sample_shape::extents,
                    ", the one for validation ", Other::sample_shape::extents);
    }
    return join("validation takes a dataset of the type trained on, ", type_name<Data>, ", receives ",
                type_name<Other>);
  });
};

/// A pointer to a dataset or null. It accepts any other pointer to say what is wrong with it.
template <class Data>
class ValidationSet {
 public:
  constexpr ValidationSet(const Data* data) : data_(data) {}
  template <class Other>
  requires(!std::is_convertible_v<Other*, const Data*>) constexpr ValidationSet(Other*) {
    static_cast<void>(Checked<ValidationFit<Data, std::remove_const_t<Other>>>{});
  }
  constexpr operator const Data*() const { return data_; }

 private:
  const Data* data_ = nullptr;
};

}  // namespace detail

template <class Data>
struct FitOptions {
  std::size_t epochs = 1;
  /// Evaluated after every epoch; none if null.
  detail::ValidationSet<Data> validation = nullptr;
  /// Mini-batches between two reports; 0 for one per epoch. An epoch's end always reports what is left.
  std::size_t report_every = 0;
  /// Whether each epoch visits the samples in a new random order, drawn from `seed`.
  bool shuffle = true;
  Seed seed{};
  /// That share out the work: 0 for as many as the machine runs at once. The result is the same, bit for bit,
  /// with any number.
  std::size_t threads = 1;
  /// Called with each epoch, from 1: multiplies the optimizer's learning rate during it.
  std::function<double(std::size_t epoch)> learning_rate_scale{};
  /// Called at each report; training stops when it returns false.
  std::function<bool(const LogEntry&)> on_report{};
  /// Called after each mini-batch.
  std::function<void(const Progress&)> on_progress{};
};

/// Training met a loss or a step that is not finite. The model keeps the weights of the last finite loss.
struct NonFiniteLoss : std::runtime_error {
  using std::runtime_error::runtime_error;
  TrainingLog log{};
};

namespace detail {

template <std::size_t Batch, class Net, class Data, Loss Criterion, class Optimizer>
TrainingLog run_fit(Net& model, const Data& data, Criterion criterion, const Optimizer& optimizer,
                    const FitOptions<Data>& options) {
  check_dataset<Net, Criterion>(data);
  if (options.validation != nullptr) check_dataset<Net, Criterion>(*options.validation);

  using Clock = std::chrono::steady_clock;
  Trainer<Net, Criterion, Optimizer, Batch> trainer(model, optimizer, options.threads);
  constexpr std::size_t chunk = std::max<std::size_t>(trainer.chunk, 1);  // 0 is refused elsewhere
  BatchLoader<Data, Batch> batch(data);
  std::vector<std::size_t> order(data.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t mini_batches = ceil_divide(data.size(), Batch);
  TrainingLog log;
  std::size_t seen = 0, reported = 0;
  double total = 0;
  Clock::duration spent{};
  Clock::time_point start = Clock::now();

  for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch) {
    if (options.learning_rate_scale)
      trainer.learning_rate_scale = static_cast<typename Net::value_type>(options.learning_rate_scale(epoch));
    if (options.shuffle) Random(options.seed, epoch).shuffle(std::span(order));
    for (std::size_t b = 1; b <= mini_batches; ++b) {
      const std::size_t first = (b - 1) * Batch, count = std::min(Batch, data.size() - first);
      trainer.share_out(ceil_divide(count, chunk), [&](std::size_t c) {
        batch.load(c * chunk, std::min((c + 1) * chunk, count),
                   [&](std::size_t i) { return order[first + i]; });
      });
      const auto require_finite = [&](typename Net::value_type loss) {
        if (std::isfinite(loss)) return;
        NonFiniteLoss error(
            "training stopped at mini-batch " + std::to_string(b) + " of epoch " + std::to_string(epoch) +
            ": its loss or its step is not finite, so the model keeps the weights of the last finite loss "
            "(is the learning rate too high, or a sample not a number?)");
        error.log = std::move(log);
        throw error;
      };
      const auto step_loss = trainer.step(batch.samples(), batch.targets(), count);
      require_finite(step_loss);
      // No step follows the last one, whose loss would tell what it has done.
      const auto verify = [&] { require_finite(trainer.verify(batch.samples(), batch.targets(), count)); };
      const bool end = b == mini_batches && epoch == options.epochs;
      if (end) verify();
      const auto loss = static_cast<double>(step_loss);
      total += loss * static_cast<double>(count);
      seen += count;
      if (options.on_progress)
        options.on_progress(
            {epoch, options.epochs, b, mini_batches, seen, total / static_cast<double>(seen - reported)});

      const bool last = b == mini_batches;
      if (!last && (options.report_every == 0 || b % options.report_every != 0)) continue;
      LogEntry entry{.epoch = epoch,
                     .mini_batch = b,
                     .samples = seen,
                     .training_loss = total / static_cast<double>(seen - reported)};
      spent += Clock::now() - start;
      entry.seconds = std::chrono::duration<double>(spent).count();
      if (last && options.validation != nullptr) {
        const Metrics metrics = evaluate<Batch>(model, *options.validation, criterion, {options.threads});
        entry.validation_loss = metrics.loss;
        entry.validation_accuracy = metrics.accuracy();
      }
      start = Clock::now();
      total = 0;
      reported = seen;
      log.entries.push_back(entry);
      if (options.on_report && !options.on_report(entry)) {
        if (!end) verify();
        return log;
      }
    }
  }
  return log;
}

}  // namespace detail

/// Trains the model on mini-batches of Batch samples; a last, shorter one counts its samples alone. Throws
/// NonFiniteLoss, and std::invalid_argument for an empty dataset or a label without a class.
template <std::size_t Batch, class Net, class Data, Loss Criterion, class Optimizer>
TrainingLog fit(Net& model, const Data& data, Criterion criterion, const Optimizer& optimizer,
                const FitOptions<std::type_identity_t<Data>>& options = {}) {
  using Fit = detail::DatasetFit<Net, Data, Criterion>;
  static_cast<void>(Checked<Fit>{});
  if constexpr (Fit::complaint.size() == 0)
    return detail::run_fit<Batch>(model, data, criterion, optimizer, options);
  else
    return {};
}

}  // namespace ctnn
