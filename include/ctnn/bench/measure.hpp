#pragma once
#include <benchmark/benchmark.h>
#include <algorithm>
#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ctnn::bench {

/// Seconds of one call, in many rounds.
class Times {
 public:
  void add(double seconds) { rounds_.push_back(seconds); }
  bool empty() const { return rounds_.empty(); }
  std::size_t count() const { return rounds_.size(); }
  /// The shortest, and the one in the middle; 0 without rounds.
  double best() const { return empty() ? 0 : *std::ranges::min_element(rounds_); }
  double median() const {
    if (empty()) return 0;
    std::vector<double> sorted = rounds_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle;
  }

 private:
  std::vector<double> rounds_;
};

/// How often and how long is measured.
struct Rounds {
  std::size_t count = 50;
  double seconds = 1e-3;  ///< of each round of one job
};

/// A loop over `state` that does the work once per iteration.
using Job = std::function<void(benchmark::State& state)>;

/// The job that calls `call` again and again. What it writes to memory counts as read.
template <class Call>
Job repeat(Call call) {
  return [call](benchmark::State& state) mutable {
    for (auto _ : state) {
      call();
      benchmark::ClobberMemory();
    }
  };
}

/// The job that times single calls of `call`, each after a call of `prepare` that is not timed.
template <class Prepare, class Call>
Job single(Prepare prepare, Call call) {
  return [prepare, call](benchmark::State& state) mutable {
    for (auto _ : state) {
      prepare();
      const auto start = std::chrono::steady_clock::now();
      call();
      benchmark::ClobberMemory();
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
      state.SetIterationTime(spent.count());
    }
  };
}

namespace detail {

/// Takes down the time of each round. A benchmark's name is its place in `times`.
class Recorder : public benchmark::BenchmarkReporter {
 public:
  explicit Recorder(std::span<Times> times) : times_(times) {}
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (run.run_type == Run::RT_Iteration)
        times_[std::stoul(run.run_name.function_name)].add(run.real_accumulated_time /
                                                           static_cast<double>(run.iterations));
  }

 private:
  std::span<Times> times_;
};

inline std::vector<Times> run_benchmarks(std::span<const Job> jobs, auto settings) {
  static const bool initialized = [] {
    std::string arguments[]{"bench", "--benchmark_enable_random_interleaving=true"};
    char* addresses[]{arguments[0].data(), arguments[1].data(), nullptr};
    int count = 2;
    benchmark::Initialize(&count, addresses);
    return true;
  }();
  static_cast<void>(initialized);
  for (std::size_t i = 0; i < jobs.size(); ++i)
    settings(benchmark::RegisterBenchmark(std::to_string(i).c_str(), jobs[i]));
  std::vector<Times> times(jobs.size());
  Recorder recorder(times);
  benchmark::RunSpecifiedBenchmarks(&recorder, "all");
  benchmark::ClearRegisteredBenchmarks();
  return times;
}

}  // namespace detail

/// Measures the jobs by Google Benchmark, their rounds mixed, so that all meet the same machine.
inline std::vector<Times> measure(std::span<const Job> jobs, const Rounds& rounds) {
  return detail::run_benchmarks(jobs, [&](benchmark::internal::Benchmark* benchmark) {
    benchmark->MinTime(rounds.seconds)->Repetitions(static_cast<int>(rounds.count))->UseRealTime();
  });
}

/// The same for a job made by `single`, which gives the time itself: one call is a round.
inline Times measure_single(const Job& job, const Rounds& rounds) {
  return detail::run_benchmarks(
             std::span(&job, 1),
             [&](benchmark::internal::Benchmark* benchmark) {
               benchmark->Iterations(1)->Repetitions(static_cast<int>(rounds.count))->UseManualTime();
             })
      .front();
}

/// The times of several ways to do the same work, one per callable, in their order.
template <class... Calls>
std::vector<Times> compare(const Rounds& rounds, Calls... calls) {
  const Job jobs[]{repeat(calls)...};
  return measure(jobs, rounds);
}

}  // namespace ctnn::bench
