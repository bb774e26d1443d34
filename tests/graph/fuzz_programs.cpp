#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <ctnn/graph/interpret.hpp>
#include <ctnn/kernels/program.hpp>

#include "random_graph.hpp"

using namespace ctnn;

namespace {

/// A random graph as the compiler makes it.
template <std::uint64_t Seed, std::size_t Primitives>
struct Random {
  static constexpr auto graph =
      freeze_graph([] { return test::random_graph(Seed, Primitives, Simplify::yes, 48).graph; });
};

/// Runs the compiled graph in double and compares with what was written to the letter.
template <std::uint64_t Seed, std::size_t Primitives>
void check() {
  INFO("seed " << Seed);
  using P = Program<Random<Seed, Primitives>, double>;
  const test::RandomGraph literal = test::random_graph(Seed, Primitives, Simplify::no, 48);
  std::array<std::vector<double>, block::count> blocks;
  for (std::size_t b = 0; b < block::count; ++b) blocks[b] = test::random_elements<double>(literal, b, Seed);
  const auto values = interpret(literal.graph.view(), [&](const Node& node) {
    return blocks[node.attributes.integers[0]].data() + node.attributes.integers[1];
  });

  const std::vector<std::int32_t> target(blocks[block::target].begin(), blocks[block::target].end());
  std::vector<std::int32_t> indices(literal.elements[block::packed]);
  std::vector<std::byte> memory(P::workspace_bytes + alignment);
  std::memset(memory.data(), 0xFF, memory.size());
  void* arena = memory.data();
  std::size_t space = memory.size();
  std::align(alignment, P::workspace_bytes, arena, space);
  Blocks bound;
  for (std::size_t b = 0; b < block::count; ++b) bound.bind(b, blocks[b].data());
  bound.bind(block::arena, static_cast<std::byte*>(arena));
  bound.bind(block::target, target.data());
  bound.bind(block::packed, indices.data());
  P::run(bound);

  for (const Output& output : literal.graph.outputs) {
    const std::vector<double>& expected = values[static_cast<std::size_t>(output.node)];
    double error = 0, largest = 1e-3;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::size_t place = output.binding.offset + i;
      const double result =
          output.binding.block == block::packed ? indices[place] : blocks[output.binding.block][place];
      error = std::isnan(result) ? INFINITY : std::max(error, std::abs(result - expected[i]));
      largest = std::max(largest, std::abs(expected[i]));
    }
    CHECK(error <= 1e-7 * largest);
  }
}

}  // namespace

TEST_CASE("compiled random graphs with gradient and Hessian-vector product mean what was written",
          "[graph]") {
  // Small, as Clang takes 1,048,576 steps for one constant at most; together they have every kernel.
  check<5, 7>();
#if !defined(__SANITIZE_ADDRESS__)  // which treble the time that a program takes to compile
  check<4, 10>();
  check<7, 8>();
  check<9, 8>();
  check<11, 10>();
  check<12, 8>();
#endif
}
