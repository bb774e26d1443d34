#pragma once
#include <cstddef>
#include <ctnn/io/atomic_file.hpp>
#include <filesystem>
#include <limits>
#include <optional>
#include <sstream>
#include <vector>

namespace ctnn {

/// One report of a training run.
struct LogEntry {
  std::size_t epoch = 0;       ///< from 1
  std::size_t mini_batch = 0;  ///< within the epoch, from 1
  std::size_t samples = 0;     ///< seen since the run began
  double training_loss = 0;    ///< mean over the samples since the report before
  double seconds = 0;          ///< since the run began, without validation
  std::optional<double> validation_loss{};
  std::optional<double> validation_accuracy{};  ///< share, of class labels only
};

/// The reports of a training run, in order.
struct TrainingLog {
  std::vector<LogEntry> entries;

  double samples_per_second() const {
    return entries.empty() ? 0 : static_cast<double>(entries.back().samples) / entries.back().seconds;
  }

  /// Writes one line per report, under a line of names; what was not measured is left empty. Throws
  /// FileError.
  void save_csv(const std::filesystem::path& path) const {
    std::ostringstream text;
    text.precision(std::numeric_limits<double>::max_digits10);
    text << "epoch,mini_batch,samples,training_loss,validation_loss,validation_accuracy,seconds\n";
    const auto number = [](const std::optional<double>& value) {
      std::ostringstream digits;
      digits.precision(std::numeric_limits<double>::max_digits10);
      if (value) digits << *value;
      return digits.str();
    };
    for (const LogEntry& e : entries)
      text << e.epoch << ',' << e.mini_batch << ',' << e.samples << ',' << e.training_loss << ','
           << number(e.validation_loss) << ',' << number(e.validation_accuracy) << ',' << e.seconds << '\n';
    AtomicFile file(path);
    file.write(text.str());
    file.commit();
  }
};

}  // namespace ctnn
