#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>
#include <train/small.hpp>

namespace {

using namespace ctnn;

TEST_CASE("where the output is not a terminal, the reports are all that is printed") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  {
    ProgressBar bar(file);
    for (std::size_t i = 1; i <= 5; ++i) bar(Progress{1, 1, i, 5, 4 * i, 2.0});
    CHECK(bar(LogEntry{.epoch = 1, .mini_batch = 2000, .samples = 8000, .training_loss = 2.2146}));
    CHECK(bar(LogEntry{.epoch = 2,
                       .mini_batch = 12'500,
                       .training_loss = 1.25,
                       .validation_loss = 1.3051,
                       .validation_accuracy = 0.5432}));
  }
  std::rewind(file);
  char text[400]{};
  const std::size_t size = std::fread(text, 1, sizeof text, file);
  std::fclose(file);
  CHECK(std::string(text, size) ==
        "epoch 1, mini-batch 2,000: mean loss 2.215\n"
        "epoch 2, mini-batch 12,500: mean loss 1.250, validation loss 1.305, accuracy 54.3 %\n");
}

TEST_CASE("on a terminal the bar is redrawn in its line, not too often, and leaves nothing behind") {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) {
    WARN("no pseudo-terminal here");
    return;
  }
  std::FILE* terminal = std::fopen(::ptsname(master), "w");
  REQUIRE(terminal != nullptr);
  {
    ProgressBar bar(terminal);
    for (std::size_t i = 1; i <= 1000; ++i) bar(Progress{1, 2, i, 2000, 4 * i, 1.5});
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    bar(Progress{1, 2, 1001, 2000, 4004, 1.5});
  }
  std::fclose(terminal);
  // It comes in pieces; when the other end is closed and all is read, reading fails.
  std::string shown;
  char piece[400];
  for (ssize_t size; (size = ::read(master, piece, sizeof piece)) > 0;)
    shown.append(piece, static_cast<std::size_t>(size));
  ::close(master);
  INFO(shown);
  CHECK_THAT(shown, Catch::StartsWith("\repoch 1/2 [....................] 0 %, loss 1.500\x1b[K"));
  CHECK_THAT(shown, Catch::Contains("\repoch 1/2 [#####...............] 25 %"));
  CHECK_THAT(shown, Catch::Contains(" samples/s, "));
  CHECK_THAT(shown, Catch::Contains(" left, loss 1.500"));
  CHECK_THAT(shown, Catch::EndsWith("\r\x1b[K"));
  CHECK(std::ranges::count(shown, '\r') < 10);
  CHECK(std::ranges::count(shown, '\n') == 0);
}

TEST_CASE("a progress bar is both of fit's callbacks") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  ProgressBar bar(file);
  Small model;
  const TrainingLog log = fit<4>(model, points(12), CrossEntropy{}, SGD{},
                                 {.epochs = 2, .on_report = std::ref(bar), .on_progress = std::ref(bar)});
  CHECK(log.entries.size() == 2);
  CHECK(std::ftell(file) > 0);
  std::fclose(file);
}

}  // namespace
