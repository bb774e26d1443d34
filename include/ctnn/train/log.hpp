#pragma once
#include <charconv>
#include <cstddef>
#include <ctnn/io/atomic_file.hpp>
#include <filesystem>
#include <optional>
#include <string>
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

  /// Writes one line per report, under a line of names; what was not measured is left empty. Numbers
  /// look the same in every locale. Throws FileError.
  [[gnu::cold]] void save_csv(const std::filesystem::path& path) const {
    std::string text = "epoch,mini_batch,samples,training_loss,validation_loss,validation_accuracy,seconds\n";
    const auto write = [&](auto number, char behind) {
      char digits[32];
      text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr) += behind;
    };
    const auto write_measured = [&](const std::optional<double>& number) {
      if (number)
        write(*number, ',');
      else
        text += ',';
    };
    for (const LogEntry& e : entries) {
      write(e.epoch, ',');
      write(e.mini_batch, ',');
      write(e.samples, ',');
      write(e.training_loss, ',');
      write_measured(e.validation_loss);
      write_measured(e.validation_accuracy);
      write(e.seconds, '\n');
    }
    AtomicFile file(path);
    file.write(text);
    file.commit();
  }
};

}  // namespace ctnn
