#include <algorithm>
#include <catch2/catch.hpp>
#include <ctnn/graph/storage.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/ops.hpp>

#include "executor.hpp"

using namespace ctnn;

namespace {

/// The steps that a formula of fresh inputs becomes.
struct Fused {
  GraphBuilder builder;
  std::size_t offset = 0;
  Graph stored;
  Schedule schedule;

  Value operand(const Extents& shape) {
    offset += shape.elements();
    return input(builder, shape, {block::input, offset - shape.elements()});
  }
  std::size_t steps(std::initializer_list<Value> outputs) {
    std::size_t place = 0;
    for (const Value& x : outputs) {
      builder.output(x, {block::output, place});
      place += x.shape().elements();
    }
    stored = with_storage(remove_dead(builder.graph().view()).view());
    schedule = fuse(stored.view());
    return schedule.steps.size();
  }
  const Primitive* root(std::size_t step) const {
    const NodeId id = schedule.steps[step].root;
    return id == no_node ? nullptr : stored.nodes[static_cast<std::size_t>(id)].primitive;
  }
};

}  // namespace

TEST_CASE("a product with bias and activation is one step", "[graph]") {
  Fused f;
  const Value x = f.operand({4, 7}), w = f.operand({9, 7}), b = f.operand({9});
  REQUIRE(f.steps({ops::relu(matrix_product(x, w, false, true) + b)}) == 1);
  CHECK(f.root(0) == &primitive::matrix_product);
  CHECK(f.schedule.steps[0].inputs == 1);
  CHECK(f.schedule.steps[0].operations == 2);
  CHECK(f.schedule.steps[0].outputs == 1);
  CHECK(f.schedule.steps[0].loops == Extents{4, 9});
}

TEST_CASE("a product of one column has rows and a column", "[graph]") {
  Fused f;
  const Value x = f.operand({5, 7}), w = f.operand({7, 1}), b = f.operand({5, 1});
  REQUIRE(f.steps({matrix_product(x, w) + b}) == 1);
  CHECK(f.schedule.steps[0].loops == Extents{5, 1});
}

TEST_CASE("a convolution with bias and activation is one step", "[graph]") {
  Fused f;
  const Value x = f.operand({2, 3, 6, 6}), w = f.operand({4, 3, 3, 3}), b = f.operand({4, 1, 1});
  REQUIRE(f.steps({ops::relu(convolution(x, w, {{3, 3}}) + b)}) == 1);
  CHECK(f.root(0) == &primitive::convolution);
  CHECK(f.schedule.steps[0].operations == 2);
}

TEST_CASE("a residual is added in the epilogue", "[graph]") {
  Fused f;
  const Value x = f.operand({2, 3, 6, 6}), w = f.operand({3, 3, 3, 3});
  const Value y =
      convolution(ops::relu(convolution(x, w, {{3, 3}, {1, 1}, {1, 1}})), w, {{3, 3}, {1, 1}, {1, 1}});
  REQUIRE(f.steps({ops::relu(y + x)}) == 2);
  CHECK(f.schedule.steps[1].inputs == 1);
  CHECK(f.schedule.steps[1].operations == 2);
}

TEST_CASE("a chain of elementwise work is one step", "[graph]") {
  Fused f;
  const Value x = f.operand({5, 7}), y = f.operand({7});
  REQUIRE(f.steps({ops::tanh(exp(-(x + y)) * x)}) == 1);
  CHECK(f.root(0) == nullptr);
  CHECK(f.schedule.steps[0].operations == 5);
  CHECK(f.schedule.steps[0].inputs == 2);
  CHECK(f.schedule.steps[0].loops == Extents{5, 7});
}

TEST_CASE("a chain with several results is one step with several outputs", "[graph]") {
  Fused f;
  const Value x = f.operand({35});
  const Value y = exp(x), z = ops::tanh(y);
  REQUIRE(f.steps({z, y}) == 1);
  CHECK(f.schedule.steps[0].outputs == 2);
}

TEST_CASE("softmax is a reduction and four loops, of which two are over all elements", "[graph]") {
  Fused f;
  const Value x = f.operand({5, 7});
  // The maximum, what is finite of it, exponentials and their sum, its inverse, products.
  REQUIRE(f.steps({ops::softmax(x, 1)}) == 5);
  CHECK(f.root(0) == &primitive::maximum_over_axes);
  CHECK(f.schedule.steps[2].totals == 1);
  CHECK(f.schedule.steps[2].reduced == 7);
  CHECK(f.schedule.steps[2].loops == Extents{5, 7});
}

TEST_CASE("a loop adds up what it computes, and stores it only where it is read again", "[graph]") {
  Fused f;
  const Value x = f.operand({4096});
  const Value d = x - 1.0;
  const std::vector<Value> by{x};
  const Value loss = sum(d * d, 0, 1);
  REQUIRE(f.steps({loss, gradient(loss, by)[0]}) == 1);
  CHECK(f.schedule.steps[0].inputs == 1);
  CHECK(f.schedule.steps[0].outputs == 2);
  CHECK(f.schedule.steps[0].totals == 1);

  // What reads a total waits for the loop's end, and sums over other extents are loops of their own.
  Fused g;
  const Value y = g.operand({6, 8}), e = exp(y);
  CHECK(g.steps({e / broadcast(sum(e, 0, 2), {6, 8})}) == 2);
  Fused h;
  const Value z = h.operand({6, 8}), s = exp(z);
  CHECK(h.steps({sum(s, 0, 2), sum(s, 1, 2), sum(s, 0, 1)}) == 3);
}

TEST_CASE("work on inputs alone joins the loop before it, but no kernel", "[graph]") {
  Fused f;
  const Value x = f.operand({6, 8}), y = f.operand({6, 8});
  REQUIRE(f.steps({exp(x), sum(x * y, 1, 2)}) == 1);
  CHECK(f.schedule.steps[0].inputs == 2);
  CHECK(f.schedule.steps[0].totals == 1);
  Fused g;
  const Value z = g.operand({6, 6});
  CHECK(g.steps({matrix_product(z, g.operand({6, 6})), exp(z)}) == 2);
}

TEST_CASE("cheap work is repeated rather than stored", "[graph]") {
  Fused f;
  const Value x = f.operand({35}), y = f.operand({35, 1});
  const Value cheap = x + 1.0;
  // One consumer is a loop of its own behind a product; the other is the first loop.
  const Value product = matrix_product(y, f.operand({1, 35}));
  const Value mixed = reshape(sum(product, 0, 1), {35}) * cheap;
  f.steps({ops::tanh(cheap), mixed});
  for (const FusedOutput& output : f.schedule.outputs)
    CHECK(f.stored.nodes[static_cast<std::size_t>(output.node)].primitive != &primitive::add);
}

TEST_CASE("cheap work with repeated operands is repeated where all readers have common loops", "[graph]") {
  Fused f;
  const Value x = f.operand({5, 12}), centered = x - reshape(f.operand({5}), {5, 1});
  const Value scale = exp(sum(centered * centered, 1, 2));
  f.steps({centered * reshape(scale, {5, 1}), centered * 2.0});
  for (const FusedOutput& output : f.schedule.outputs)
    CHECK(f.stored.nodes[static_cast<std::size_t>(output.node)].primitive != &primitive::subtract);

  // Rows of 7 do not divide rows of 12: what one reader can't compute is stored for both.
  Fused g;
  const Value y = g.operand({7, 12}), shifted = y - reshape(g.operand({7}), {7, 1});
  const Value other = g.operand({1, 7}) * sum(shifted, 0, 2);
  g.steps({reshape(shifted, {12, 7}) * other, shifted * 2.0});
  CHECK(std::ranges::count_if(g.schedule.outputs, [&](const FusedOutput& output) {
          return g.stored.nodes[static_cast<std::size_t>(output.node)].primitive == &primitive::subtract;
        }) == 1);
}

TEST_CASE("sums of what a kernel's epilogue computes share one loop", "[graph]") {
  Fused f;
  const Value product = matrix_product(f.operand({6, 3}), f.operand({3, 20}));
  const Value y = ops::relu(product), x = f.operand({6, 20});
  const Value total = sum(y, 1, 2), moment = sum(y * x, 1, 2);
  REQUIRE(f.steps({total, moment}) == 2);
  CHECK(f.schedule.steps[0].outputs == 1);
  CHECK(f.schedule.steps[1].totals == 2);
  CHECK(f.schedule.steps[1].inputs == 2);
}

TEST_CASE("a broadcast that a kernel reads is in memory, one that a loop reads is not", "[graph]") {
  Fused f;
  const Value x = f.operand({7}), w = f.operand({7, 3});
  const Value repeated = broadcast(x, {5, 7});
  CHECK(f.steps({matrix_product(repeated, w)}) == 2);
  Fused g;
  CHECK(g.steps({broadcast(g.operand({7}), {5, 7}) * g.operand({5, 7})}) == 1);
}

TEST_CASE("broadcasts without common loops are put in memory", "[graph]") {
  Fused f;
  const Value x = f.operand({1, 6}), y = f.operand({1, 10});
  // Rows of 6 and rows of 10 do not divide each other: one is repeated in memory, then read by the other's
  // loop.
  const Value a = reshape(broadcast(x, {10, 6}), {60}), b = reshape(broadcast(y, {6, 10}), {60});
  CHECK(f.steps({a * b}) == 2);
  Fused g;
  CHECK(g.steps({g.operand({3, 1, 3, 1, 3, 1}) * g.operand({1, 2, 1, 2, 1, 2})}) == 1);
  CHECK(g.schedule.steps[0].loops == Extents{3, 2, 3, 2, 3, 2});
}

TEST_CASE("the gradient of a layer is two products, and sums", "[graph]") {
  Fused f;
  const Value x = f.operand({4, 7}), w = f.operand({9, 7}), b = f.operand({9});
  const Value y = ops::relu(matrix_product(x, w, false, true) + b);
  const std::vector<Value> by{w, b};
  const std::vector<Value> slopes = gradient(sum(y * y, 0, 2), by);
  // Forward with the adjoint of relu and square in its epilogue, the weight's product, the bias's sum.
  CHECK(f.steps({slopes[0], slopes[1]}) == 3);
}
