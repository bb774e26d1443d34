#pragma once
#include <benchmark/benchmark.h>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctnn/bench/options.hpp>
#include <ctnn/formula_tensors.hpp>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Times of the same work done in several ways, taken in turns so that all meet the same machine.
namespace bench {

/// What was measured elsewhere (one core of an AMD Zen 4, in nanoseconds): the factors between these are what
/// this machine's times are held against. 0 where there is none.
struct Published {
  double primal = 0, by_hand = 0, fastad = 0;
};

class Table {
 public:
  explicit Table(const ctnn::bench::Options& options) : options_(options) {
    std::printf("ns: best (median) of %zu rounds\n", options.rounds.count);
    std::printf("%-28s %17s %17s %17s | %-11s | %-15s %s\n", "", "primal by hand", "gradient by hand", "ctnn",
                "ctnn / hand", "hand / primal", "FastAD / hand");
    std::printf("%-28s %17s %17s %17s | %-11s | %-15s %s\n", "", "", "", "", "best median", "here  published",
                "published");
  }

  bool wants(std::string_view name) const { return name.find(options_.filter) != std::string_view::npos; }

  /// Each call does the work once. `primal` may do nothing that is worth a column: it is then left out.
  void row(std::string_view name, const Published& published, const auto& primal, const auto& by_hand,
           const auto& formula) {
    const std::vector<ctnn::bench::Times> times =
        ctnn::bench::compare(options_.rounds, primal, by_hand, formula);
    report_.results.push_back(
        {.name = std::string(name), .work = {.is_double = true}, .independent = times[2]});
    report_.results.back().peers.emplace_back("by hand", times[1]);
    std::printf("%-28s", std::string(name).c_str());
    for (const ctnn::bench::Times& t : times)
      std::printf(" %8.1f (%6.*f)", 1e9 * t.best(), t.median() < 1e-6, 1e9 * t.median());
    std::printf(" | %.2f  %.2f ", times[2].best() / times[1].best(), times[2].median() / times[1].median());
    std::printf("  | %.2f  ", times[1].best() / times[0].best());
    if (published.primal > 0)
      std::printf("%-9.2f %.2f", published.by_hand / published.primal, published.fastad / published.by_hand);
    std::printf("\n");
    std::fflush(stdout);
  }
  const ctnn::bench::Report& report() const { return report_; }

 private:
  const ctnn::bench::Options& options_;
  ctnn::bench::Report report_{ctnn::bench::measure_machine()};
};

/// Ends the program when results differ by more than 1e-10 of the largest.
inline void expect_equal(std::string_view what, std::span<const double> actual,
                         std::span<const double> expected) {
  double largest = 0;
  for (double e : expected) largest = std::max(largest, std::abs(e));
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!(std::abs(actual[i] - expected[i]) <= 1e-10 * largest)) {
      std::printf("%s: element %zu is %.17g, by hand %.17g\n", std::string(what).c_str(), i, actual[i],
                  expected[i]);
      std::exit(1);
    }
}
inline void expect_equal(std::string_view what, double actual, double expected) {
  expect_equal(what, std::span(&actual, 1), std::span(&expected, 1));
}

/// Numbers from -1 to 1, always the same.
inline void fill(std::span<double> numbers, double low = -1, double high = 1) {
  static std::mt19937_64 random;
  std::uniform_real_distribution<double> between(low, high);
  for (double& number : numbers) number = between(random);
}

template <std::size_t... Axes>
void fill(ctnn::Tensor<double, Axes...>& tensor, double low = -1, double high = 1) {
  fill(std::span<double>{tensor.data(), tensor.size()}, low, high);
}
template <std::size_t... Axes>
std::span<const double> elements(const ctnn::Tensor<double, Axes...>& tensor) {
  return {tensor.data(), tensor.size()};
}
/// Says of a tensor that nobody knows what is in it.
inline void forget(auto&... tensors) {
  const auto address = [](auto& tensor) {
    auto* data = &tensor;
    benchmark::DoNotOptimize(data);
  };
  (address(tensors), ...);
  benchmark::ClobberMemory();
}

using benchmark::DoNotOptimize;
using ctnn::Shape, ctnn::Tensor, ctnn::Variable, ctnn::value_and_gradient;

}  // namespace bench
