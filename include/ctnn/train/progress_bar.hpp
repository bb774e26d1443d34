#pragma once
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctnn/inspect/numbers.hpp>
#include <ctnn/train/fit.hpp>
#include <string>
#if __has_include(<unistd.h>) && __has_include(<sys/ioctl.h>)
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace ctnn {

/// Shows how training goes: a line per report, and below them, on a terminal, a bar that is redrawn in place.
/// It is both callbacks of fit:
///   ProgressBar bar;
///   fit<4>(…, {.on_report = std::ref(bar), .on_progress = std::ref(bar)});
/// Where the output is not a terminal, the reports are all that is printed.
class ProgressBar {
 public:
  /// Prints to `out`, which must outlive the bar.
  explicit ProgressBar(std::FILE* out = stdout) : out_(out), columns_(terminal_columns(out)) {}
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { erase(); }

  /// After a mini-batch.
  void operator()(const Progress& now) {
    if (columns_ == 0) return;
    const Clock::time_point time = Clock::now();
    if (now.samples <= samples_ || samples_ == 0) start_ = time;
    if (samples_ == 0) first_samples_ = now.samples;
    samples_ = now.samples;
    constexpr auto between_drawings = std::chrono::milliseconds(50);
    if (time - drawn_ < between_drawings) return;
    drawn_ = time;
    draw(line(now, std::chrono::duration<double>(time - start_).count(), now.samples - first_samples_));
  }

  /// At a report; lets training go on.
  bool operator()(const LogEntry& entry) {
    erase();
    std::string text = "epoch " + std::to_string(entry.epoch) + ", mini-batch " + grouped(entry.mini_batch) +
                       ": mean loss " + fixed(entry.training_loss, 3);
    if (entry.validation_loss) text += ", validation loss " + fixed(*entry.validation_loss, 3);
    if (entry.validation_accuracy) text += ", accuracy " + fixed(100 * *entry.validation_accuracy, 1) + " %";
    std::fprintf(out_, "%s\n", text.c_str());
    std::fflush(out_);
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// Characters in a line of the terminal; 0 where `out` is none.
  static std::size_t terminal_columns([[maybe_unused]] std::FILE* out) {
#ifdef TIOCGWINSZ
    if (::isatty(::fileno(out)) == 0) return 0;
    winsize window{};
    const bool known = ::ioctl(::fileno(out), TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    return known ? window.ws_col : 80;
#else
    return 0;
#endif
  }

  static std::string line(const Progress& now, double seconds, std::size_t samples) {
    const std::size_t done = (now.epoch - 1) * now.mini_batches + now.mini_batch;
    const std::size_t all = now.epochs * now.mini_batches;
    constexpr std::size_t width = 20;
    std::string text = "epoch " + std::to_string(now.epoch) + "/" + std::to_string(now.epochs) + " [" +
                       std::string(width * done / all, '#') + std::string(width - width * done / all, '.') +
                       "] " + std::to_string(100 * done / all) + " %";
    if (seconds > 0 && samples > 0) {
      const double per_second = static_cast<double>(samples) / seconds;
      const double per_mini_batch = static_cast<double>(now.samples) / static_cast<double>(done);
      text += ", " + grouped(static_cast<std::size_t>(per_second)) + " samples/s, " +
              duration(static_cast<double>(all - done) * per_mini_batch / per_second) + " left";
    }
    return text + ", loss " + fixed(now.training_loss, 3);
  }

  static std::string duration(double seconds) {
    const auto whole = static_cast<std::size_t>(std::min(seconds, 359'999.0));
    const auto two_digits = [](std::size_t number) { return std::to_string(100 + number).substr(1); };
    const std::string tail = two_digits(whole % 60);
    if (whole < 3600) return std::to_string(whole / 60) + ":" + tail;
    return std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60) + ":" + tail;
  }

  void draw(std::string text) {
    // A line that wraps could not be drawn over.
    text.resize(std::min(text.size(), columns_ - 1));
    std::fprintf(out_, "\r%s\x1b[K", text.c_str());
    std::fflush(out_);
    visible_ = true;
  }
  void erase() {
    if (!visible_) return;
    std::fputs("\r\x1b[K", out_);
    visible_ = false;
  }

  std::FILE* out_;
  std::size_t columns_;
  bool visible_ = false;
  /// The first mini-batch that was heard of, since when samples are timed, and the samples until then and
  /// now.
  Clock::time_point start_{}, drawn_{};
  std::size_t first_samples_ = 0, samples_ = 0;
};

}  // namespace ctnn
