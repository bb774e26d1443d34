#include <catch2/catch.hpp>
#include <ctnn/ops.hpp>

#include "executor.hpp"

using namespace ctnn;

namespace {

/// A graph made ready, and its schedule run element by element.
struct Stored {
  GraphBuilder builder;
  Graph graph;
  Schedule schedule;
  MemoryPlan plan;
  std::vector<std::vector<double>> outputs;
  std::vector<double> states;

  Value operand(const Extents& shape, std::size_t offset = 0) {
    return input(builder, shape, {block::input, offset});
  }

  /// Runs with block::input = 1, 2, 3, … and block::states = 101, 102, …; outputs in the order of their
  /// making.
  void run() {
    graph = with_storage(remove_dead(builder.graph().view()).view());
    schedule = fuse(graph.view());
    plan = plan_memory(graph.view(), schedule, sizeof(double));
    test::Executor<double> executor(graph.view(), schedule, plan);
    std::vector<double> numbers(256), held(64);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i + 1);
    for (std::size_t i = 0; i < held.size(); ++i) held[i] = static_cast<double>(i + 101);
    executor.bind(block::input, numbers);
    executor.bind(block::states, held);
    executor.resize(block::output, 8 * 256);
    executor.run();
    CHECK(executor.violation() == "");
    for (const Output& output : graph.outputs) outputs.push_back(executor.elements(output.node));
  }
};

using Elements = std::vector<double>;

}  // namespace

TEST_CASE("an output that is an input, a constant or another output has memory of its own", "[graph]") {
  Stored s;
  const Value x = s.operand({3});
  const Value y = x * 2.0;
  s.builder.output(x, {block::output, 0});
  s.builder.output(y, {block::output, 3});
  s.builder.output(y, {block::output, 6});
  s.builder.output(reshape(y, {3, 1}), {block::output, 9});
  s.builder.output(constant(s.builder, 7, {3}), {block::output, 12});
  s.builder.output(constant(s.builder, 7, {3}), {block::output, 15});
  s.builder.output(reshape(x, {1, 3}), {block::output, 18});
  s.builder.output(broadcast(x, {2, 3}), {block::output, 21});
  s.run();
  const Elements ones{1, 2, 3}, twos{2, 4, 6}, sevens{7, 7, 7};
  CHECK(s.outputs == std::vector<Elements>{ones, twos, twos, twos, sevens, sevens, ones, {1, 2, 3, 1, 2, 3}});
}

TEST_CASE("an output that later work reads is read where it is bound", "[graph]") {
  Stored s;
  const Value y = ops::relu(s.operand({3, 3})), z = matrix_product(y, y);
  s.builder.output(y, {block::output, 0});
  s.builder.output(z, {block::output, 9});
  s.run();
  CHECK(s.outputs[1] == Elements{30, 36, 42, 66, 81, 96, 102, 126, 150});
  CHECK(s.plan.arena_bytes == 0);
}

TEST_CASE("states are overwritten after everything has read them", "[graph]") {
  Stored s;
  const Value a = input(s.builder, {2}, {block::states, 0}), b = input(s.builder, {2}, {block::states, 2}),
              c = input(s.builder, {2}, {block::states, 4});
  const Value x = s.operand({2});
  s.builder.output(a + x, {block::states, 0});
  s.builder.output(a, {block::states, 2});  // a delay line: b becomes the old a
  s.builder.output(reshape(reshape(b, {2, 1}), {2}), {block::states, 4});
  s.builder.output(a, {block::output, 0});
  s.builder.output(b * c, {block::output, 2});
  s.run();
  CHECK(s.outputs ==
        std::vector<Elements>{{102, 104}, {101, 102}, {103, 104}, {101, 102}, {103. * 105, 104. * 106}});
}

TEST_CASE("states may be exchanged", "[graph]") {
  Stored s;
  const Value a = input(s.builder, {2}, {block::states, 0}), b = input(s.builder, {2}, {block::states, 2});
  s.builder.output(b, {block::states, 0});
  s.builder.output(a, {block::states, 2});
  s.run();
  CHECK(s.outputs == std::vector<Elements>{{103, 104}, {101, 102}});
}

TEST_CASE("a loop writes over an operand that it is the last to read", "[graph]") {
  Stored s;
  const Value x = s.operand({3, 5}), total = sum(x, 0, 1);                // in memory, read by a loop
  const Value y = exp(total * 0.125), z = sum(reshape(y, {5, 1}), 0, 1);  // y is in memory, where total was
  s.builder.output(z, {block::output, 0});
  s.run();
  CHECK(s.plan.arena_bytes == alignment);
}

TEST_CASE("an operand that is read again is not written over", "[graph]") {
  Stored s;
  const Value x = s.operand({16}), y = reshape(sum(reshape(x, {2, 8}), 0, 1), {8, 1});
  const Value z = exp(y * 0.01);
  s.builder.output(matrix_product(y, z, true), {block::output, 0});
  s.run();
  CHECK(s.plan.arena_bytes == 2 * alignment);
}

TEST_CASE("memory is used again when its value is dead", "[graph]") {
  Stored s;
  Value x = s.operand({8, 8});
  for (int i = 0; i < 6; ++i) x = matrix_product(x * 0.001, x);
  s.builder.output(x, {block::output, 0});
  s.run();
  // An old value and its scaled copy, while the new ones are written.
  CHECK(s.plan.arena_bytes == 4 * 64 * sizeof(double));
}

TEST_CASE("a constant that a kernel reads is filled in, one that a loop reads is not", "[graph]") {
  Stored s;
  const Value x = s.operand({3, 3}), c = constant(s.builder, 0.5, {3, 3});
  const Value parts[]{x, c};
  s.builder.output(concat(parts, 0) + 1.0, {block::output, 0});
  s.run();
  std::size_t fills = 0;
  for (const Node& node : s.graph.nodes) fills += node.primitive == &primitive::fill;
  CHECK(fills == 1);
  CHECK(s.outputs[0] == Elements{2, 3, 4, 5, 6, 7, 8, 9, 10, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5});
}
