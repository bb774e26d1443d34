#include <catch2/catch.hpp>
#include <ctnn/graph/interpret.hpp>
#include <ctnn/graph/jvp.hpp>
#include <ctnn/graph/simplify.hpp>
#include <ctnn/graph/specialize.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/kernels/program.hpp>
#include <ctnn/ops.hpp>

using namespace ctnn;

namespace {

/// What a simplifying builder makes of an expression of x and y, both [3].
struct Simplified {
  GraphBuilder builder;
  Value x = input(builder, {3}, {block::input, 0}), y = input(builder, {3}, {block::input, 3});

  Value constant(double number) { return ctnn::constant(builder, number, {3}); }
};

std::vector<double> value(const GraphBuilder& builder, Value of, std::vector<double> elements) {
  const auto values = interpret(builder.graph().view(), [&](const Node& node) {
    return elements.data() + node.attributes.integers[1];
  });
  return values[static_cast<std::size_t>(of.id)];
}

std::size_t count(const Graph& graph, const Primitive& primitive) {
  return static_cast<std::size_t>(
      std::ranges::count_if(graph.nodes, [&](const Node& node) { return node.primitive == &primitive; }));
}

}  // namespace

TEST_CASE("constants are folded", "[graph]") {
  Simplified s;
  CHECK(is_constant(s.constant(2) * s.constant(3) + s.constant(1), 7));
  CHECK(is_constant(sum(s.constant(2), 0, 1), 6));
  CHECK(is_constant(reshape(s.constant(2), {1, 3}), 2));
  CHECK(is_constant(broadcast(s.constant(2), {4, 3}), 2));
  CHECK(is_constant(select(less(s.constant(1), s.constant(2)), s.constant(5), s.constant(6)), 5));
  CHECK(is_constant(maximum(s.constant(-1), 0, 1), -1));
  CHECK(is_constant(slice(s.constant(2), {1}, {2}), 2));
}

namespace {

/// Arithmetic of constants that leaves the finite numbers.
struct BeyondFinite {
  static constexpr std::size_t count = 13;
  static constexpr auto graph = freeze_graph([] {
    GraphBuilder builder;
    const auto number = [&](double x) { return ctnn::constant(builder, x, {3}); };
    const Value zero = number(0), one = number(1), huge = number(1e308), infinite = one / zero;
    const Value values[count]{infinite,
                              -one / zero,
                              zero / zero,
                              log(zero) * 2.0,
                              huge * 10.0,
                              huge + huge,
                              -huge - huge,
                              one / number(1e-309),
                              infinite - infinite,
                              sqrt(-one) + one,
                              exp(number(1000)),
                              ops::sigmoid(log(-one)),
                              sum(huge, 0, 1) / 3.0};
    std::size_t place = 0;
    for (const Value& value : values) {
      builder.output(value, {block::output, place});
      place += 3;
    }
    return builder.graph();
  });
};

}  // namespace

TEST_CASE("constants whose result is not finite are left to the program", "[graph]") {
  double results[3 * BeyondFinite::count]{};
  using Run = Program<BeyondFinite, double>;
  alignas(alignment) std::byte arena[Run::workspace_bytes];
  Blocks blocks;
  blocks.bind(block::arena, arena);
  blocks.bind(block::output, results);
  Run::run(blocks);
  constexpr double infinity = std::numeric_limits<double>::infinity(),
                   nan = std::numeric_limits<double>::quiet_NaN();
  const double expected[]{infinity, -infinity, nan, -infinity, infinity, infinity, -infinity,
                          infinity, nan,       nan, infinity,  nan,      infinity};
  for (std::size_t i = 0; i < BeyondFinite::count; ++i) {
    INFO("value " << i << " is " << results[3 * i]);
    CHECK((std::isnan(expected[i]) ? std::isnan(results[3 * i]) : results[3 * i] == expected[i]));
  }
}

TEST_CASE("the algebra of the primitives is applied", "[graph]") {
  Simplified s;
  const Value zero = s.constant(0), one = s.constant(1);
  CHECK(s.x + zero == s.x);
  CHECK(zero + s.x == s.x);
  CHECK(s.x - zero == s.x);
  CHECK(zero - s.x == -s.x);
  CHECK(s.x * one == s.x);
  CHECK(is_constant(s.x * zero, 0));
  CHECK(s.x * s.constant(-1) == -s.x);
  CHECK(s.x / one == s.x);
  CHECK(is_constant(zero / s.x, 0));
  CHECK(s.x / 4.0 == s.x * 0.25);
  CHECK((s.x / 3.0).is(primitive::divide));
  CHECK(-(-s.x) == s.x);
  CHECK(s.x + (-s.y) == s.x - s.y);
  CHECK(s.x - (-s.y) == s.x + s.y);
  CHECK(-(s.x - s.y) == s.y - s.x);
  CHECK((-s.x) * s.y == -(s.x * s.y));
  CHECK(select(less(s.x, s.y), s.x, s.x) == s.x);
  CHECK(reshape(reshape(s.x, {1, 3}), {3}) == s.x);
  CHECK(transpose(transpose(reshape(s.x, {1, 3}), {1, 0}), {1, 0}) == reshape(s.x, {1, 3}));
  CHECK(transpose(reshape(s.x, {1, 3}), {1, 0}).is(primitive::reshape));
  CHECK(broadcast(s.x, {3}) == s.x);
  CHECK(sum(reshape(s.x, {3, 1}), 1, 2) == s.x);
  CHECK(slice(s.x, {0}, {3}) == s.x);
  CHECK(pad(s.x, {0}, {3}) == s.x);
}

TEST_CASE("equal expressions are one node", "[graph]") {
  Simplified s;
  CHECK(s.x + s.y == s.y + s.x);
  CHECK(s.x * s.y == s.y * s.x);
  CHECK(s.x - s.y != s.y - s.x);
  CHECK(ops::tanh(s.x + s.y) == ops::tanh(s.y + s.x));
  CHECK(sum(reshape(s.x, {3, 1}), 0, 1) != reshape(s.x, {1, 3}));
  CHECK(s.constant(0) != s.constant(-0.0));
  std::vector<Value> many;
  for (int i = 0; i < 300; ++i) many.push_back(s.x * (i + 2.0));  // the table of nodes grows
  for (int i = 0; i < 300; ++i) CHECK(s.x * (i + 2.0) == many[static_cast<std::size_t>(i)]);
}

TEST_CASE("a builder that records to the letter changes nothing", "[graph]") {
  GraphBuilder builder(Simplify::no);
  const Value x = input(builder, {3}, {block::input, 0});
  CHECK((x + 0.0).is(primitive::add));
  CHECK(x * x != x * x);
}

TEST_CASE("simplify keeps the outputs and drops what they do not need", "[graph]") {
  GraphBuilder builder(Simplify::no);
  const Value x = input(builder, {3}, {block::input, 0}), unused = input(builder, {3}, {block::input, 3});
  exp(unused);
  builder.output((x + 0.0) * 1.0 + ops::tanh(x) * ops::tanh(x), {block::output, 0});
  builder.output(x, {block::output, 3});
  const Graph simple = simplify(builder.graph().view());
  CHECK(simple.nodes.size() == 4);
  CHECK(count(simple, primitive::tanh) == 1);
  CHECK(count(simple, primitive::exp) == 0);
  REQUIRE(simple.outputs.size() == 2);
  CHECK(simple.outputs[1].binding == Binding{block::output, 3});
  CHECK(simple.nodes[static_cast<std::size_t>(simple.outputs[1].node)].primitive == &primitive::input);
}

TEST_CASE("a slice of an input that is one piece of its memory is read in place", "[graph]") {
  const auto stored = [](const Extents& begin, const Extents& shape) {
    GraphBuilder builder;
    const Value x = input(builder, {2, 3, 5}, {block::input, 7});
    builder.output(exp(slice(x, begin, shape)), {block::output, 0});
    return with_storage(builder.graph().view());
  };
  for (const auto& [begin, shape, offset] : {std::tuple{Extents{1, 0, 0}, Extents{1, 3, 5}, 15},
                                             {{1, 1, 0}, {1, 2, 5}, 20},
                                             {{0, 2, 3}, {1, 1, 2}, 13}}) {
    const Graph graph = stored(begin, shape);
    REQUIRE(graph.nodes.size() == 2);
    CHECK(graph.nodes[0].shape == shape);
    CHECK(graph.nodes[0].attributes.integers[1] == 7 + static_cast<std::size_t>(offset));
  }
  CHECK(count(stored({0, 0, 1}, {2, 3, 4}), primitive::slice) == 1);
  CHECK(count(stored({0, 1, 0}, {2, 2, 5}), primitive::slice) == 1);
  CHECK(count(stored({0, 1, 0}, {1, 2, 4}), primitive::slice) == 1);
}

TEST_CASE("rows of a weight are padded where only products read it", "[graph]") {
  const auto specialized = [](auto function, std::size_t columns) {
    GraphBuilder builder;
    const Value x = input(builder, {4, 7}, {block::input, 0});
    builder.output(function(x, input(builder, {columns, 7}, {block::parameters, 0})), {block::output, 0});
    return specialize(builder.graph().view());
  };
  const auto product = [](Value x, Value weight) { return matrix_product(x, weight, false, true); };
  for (const auto& [columns, padded] : {std::pair{1, 1}, {3, 4}, {8, 8}, {10, 16}, {16, 16}, {33, 48}}) {
    const auto graphs = specialized(product, static_cast<std::size_t>(columns));
    CHECK(graphs.packed_elements == (7 * static_cast<std::size_t>(padded) + 15) / 16 * 16);
    CHECK(count(graphs.prepare, primitive::pad) == (columns != padded ? 1 : 0));
    CHECK(graphs.run.nodes.back().shape == Extents{4, static_cast<std::size_t>(columns)});
  }
  // On the left of a product it is read without padding.
  const auto both_sides = [](Value x, Value weight) {
    return matrix_product(weight, matrix_product(x, weight), false, true);
  };
  CHECK(count(specialized(both_sides, 7).prepare, primitive::pad) == 0);
}

TEST_CASE("a repeated parameter is packed once, unless a kernel reads the repetition", "[graph]") {
  const auto packed = [](Value (*function)(Value x, Value weights)) {
    GraphBuilder builder;
    const Value x = input(builder, {4, 4}, {block::input, 0});
    builder.output(function(x, input(builder, {4}, {block::parameters, 0})), {block::output, 0});
    return specialize(builder.graph().view());
  };
  const auto added = packed([](Value x, Value weights) { return x + weights; });
  CHECK(added.packed_elements == 16);
  CHECK(count(added.prepare, primitive::broadcast) == 0);
  CHECK(count(added.run, primitive::broadcast) == 1);
  // What the parameters alone decide is still computed once.
  const auto scaled = packed([](Value x, Value weights) { return x * exp(weights); });
  CHECK(count(scaled.prepare, primitive::exp) == 1);
  CHECK(count(scaled.run, primitive::exp) == 0);
  const auto multiplied = packed([](Value x, Value weights) {
    const Value matrix = broadcast(weights, {4, 4});
    return matrix_product(x, matrix) + matrix;
  });
  CHECK(count(multiplied.run, primitive::broadcast) == 0);
  const auto returned = packed([](Value, Value weights) { return broadcast(weights, {4, 4}); });
  CHECK(count(returned.run, primitive::broadcast) == 0);
}

TEST_CASE("reverse mode sums over all paths", "[graph]") {
  GraphBuilder builder;
  const Value x = input(builder, {3}, {block::input, 0}), y = input(builder, {3}, {block::input, 3});
  const Value z = x * y;
  const Value loss = sum(z * z + x + z / y, 0, 1);  // x² y² + 2 x
  const std::vector<Value> by{x, y, z};
  const std::vector<Value> slopes = gradient(loss, by);
  const std::vector<double> elements{1, 2, 3, -1, 0.5, 4};
  CHECK(value(builder, slopes[0], elements) == std::vector<double>{4, 3, 98});
  CHECK(value(builder, slopes[1], elements) == std::vector<double>{-2, 4, 72});
  CHECK(value(builder, slopes[2], elements) == std::vector<double>{-3, 4, 24.25});
}

TEST_CASE("what a scalar does not depend on has a gradient of zeros, and no adjoint", "[graph]") {
  GraphBuilder builder;
  const Value x = input(builder, {3}, {block::input, 0}), y = input(builder, {2}, {block::input, 3});
  const Value loss = sum(x * stop_gradient(x), 0, 1), one = constant_like(loss, 1);
  const std::vector<Value> by{x, y};
  CHECK(is_constant(gradient(loss, by)[1], 0));
  CHECK(gradient(loss, by)[1].shape() == y.shape());
  CHECK_FALSE(vjp(std::span(&loss, 1), std::span(&one, 1), by)[1]);
  CHECK(value(builder, gradient(loss, by)[0], {5, 6, 7, 0, 0}) == std::vector<double>{5, 6, 7});
}

TEST_CASE("several outputs are pulled back together", "[graph]") {
  GraphBuilder builder;
  const Value x = input(builder, {3}, {block::input, 0}), u = input(builder, {3}, {block::input, 3});
  const std::vector<Value> outputs{x * x, -x, x * x}, seeds{u, u, constant_like(u, 1)};
  const Value slope = vjp(outputs, seeds, std::span(&x, 1))[0];  // 2 x (u + 1) - u
  CHECK(value(builder, slope, {1, 2, 3, 10, 20, 30}) == std::vector<double>{12, 64, 156});
}

TEST_CASE("forward mode is linear in the directions, and absent where nothing moves", "[graph]") {
  GraphBuilder builder;
  const Value x = input(builder, {3}, {block::input, 0}), y = input(builder, {3}, {block::input, 3});
  const std::vector<Value> outputs{x * y, y * y, stop_gradient(x)}, by{x, y},
      along{constant_like(x, 2), Value{}};
  const std::vector<Value> slopes = jvp(outputs, by, along);
  CHECK(value(builder, slopes[0], {1, 2, 3, 4, 5, 6}) == std::vector<double>{8, 10, 12});
  CHECK_FALSE(slopes[1]);
  CHECK_FALSE(slopes[2]);
}

TEST_CASE("a Hessian-vector product is the derivative of the gradient", "[graph]") {
  GraphBuilder builder;
  const Value x = input(builder, {3}, {block::input, 0}), v = input(builder, {3}, {block::input, 3});
  const Value total = sum(x, 0, 1);
  const Value loss = total * total * total;  // its Hessian is 6 Σx everywhere
  const std::vector<Value> slope = gradient(loss, std::span(&x, 1));
  const Value curvature = jvp(slope, std::span(&x, 1), std::span(&v, 1))[0];
  CHECK(value(builder, curvature, {1, 2, 3, 1, -1, 2}) == std::vector<double>{72, 72, 72});
}
