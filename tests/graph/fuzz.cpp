#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <ctnn/graph/interpret.hpp>

#include "executor.hpp"
#include "random_graph.hpp"

using namespace ctnn;

namespace {

/// Elements of every block, and the values of a graph's nodes by their plain meanings.
struct Reference {
  std::array<std::vector<double>, block::count> blocks;
  std::vector<std::vector<double>> values;

  Reference(const test::RandomGraph& random, std::uint64_t seed) {
    for (std::size_t b = 0; b < block::count; ++b) blocks[b] = test::random_elements<double>(random, b, seed);
    values = interpret(random.graph.view(), [&](const Node& node) {
      return blocks[node.attributes.integers[0]].data() + node.attributes.integers[1];
    });
  }
  const std::vector<double>& output(const Graph& graph, std::size_t i) const {
    return values[static_cast<std::size_t>(graph.outputs[i].node)];
  }
};

/// Whether `result` is `expected` up to rounding, relative to the largest element.
bool near(const std::vector<double>& result, const std::vector<double>& expected) {
  double error = 0, largest = 1e-3;
  if (result.size() != expected.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!std::isfinite(expected[i])) return true;  // overflowed: nothing to compare
    error = std::max(error, std::abs(result[i] - expected[i]));
    if (std::isnan(result[i])) return false;
    largest = std::max(largest, std::abs(expected[i]));
  }
  return error <= 1e-7 * largest;
}

template <class T>
test::Executor<T> executed(const test::RandomGraph& random, const Graph& stored, const Schedule& schedule,
                           const MemoryPlan& plan, std::uint64_t seed) {
  test::Executor<T> executor(stored.view(), schedule, plan);
  for (std::size_t b = 1; b < block::count; ++b) executor.bind(b, test::random_elements<T>(random, b, seed));
  for (std::size_t b : {block::target, block::packed})
    executor.bind(b, test::random_elements<std::int32_t>(
                         b == block::target ? random : test::RandomGraph{{}, {}, random.elements}, b, seed));
  executor.run();
  return executor;
}

struct Failures {
  std::size_t count = 0;
  std::string first;
  void add(std::uint64_t seed, const std::string& what) {
    if (count++ < 6) first += "seed " + std::to_string(seed) + ": " + what + "\n";
  }
};

/// Simplifies, fuses and plans the graph of a seed, and compares with what was written to the letter.
void check(std::uint64_t seed, Failures& failures) {
  const std::size_t primitives = 8 + seed % 33;
  const test::RandomGraph literal = test::random_graph(seed, primitives, Simplify::no);
  const test::RandomGraph simple = test::random_graph(seed, primitives, Simplify::yes);
  const Reference expected(literal, seed);
  const std::size_t outputs = literal.graph.outputs.size();
  if (simple.graph.outputs.size() != outputs) return failures.add(seed, "other outputs");

  if (!near(expected.output(literal.graph, literal.slope), expected.output(literal.graph, literal.slope + 1)))
    failures.add(seed, "forward and reverse mode differ");

  for (const Graph& graph : {simple.graph, literal.graph, simplify(literal.graph.view())}) {
    const Graph stored = with_storage(graph.view());
    const Schedule schedule = fuse(stored.view());
    const MemoryPlan plan = plan_memory(stored.view(), schedule, sizeof(double));
    const auto executor = executed<double>(literal, stored, schedule, plan, seed);
    if (!executor.violation().empty()) return failures.add(seed, executor.violation());
    for (std::size_t i = 0; i < outputs; ++i)
      if (!near(executor.elements(stored.outputs[i].node), expected.output(literal.graph, i)))
        return failures.add(seed, "output " + std::to_string(i) + " differs");

    const MemoryPlan narrow = plan_memory(stored.view(), schedule, sizeof(float));
    const auto floats = executed<float>(literal, stored, schedule, narrow, seed);
    if (!floats.violation().empty()) return failures.add(seed, "in float, " + floats.violation());
  }
}

}  // namespace

TEST_CASE("random graphs mean the same after every pass", "[graph]") {
  const char* more = std::getenv("CTNN_FUZZ_SEEDS");
  const std::uint64_t seeds = more != nullptr ? std::strtoull(more, nullptr, 10) : 1000;
  const char* first = std::getenv("CTNN_FUZZ_FIRST");
  const std::uint64_t from = first != nullptr ? std::strtoull(first, nullptr, 10) : 0;
  Failures failures;
  for (std::uint64_t seed = from; seed < from + seeds; ++seed) check(seed, failures);
  INFO(failures.first);
  CHECK(failures.count == 0);
}
