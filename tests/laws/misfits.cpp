#include <catch2/catch.hpp>
#include <ctnn/graph/builder.hpp>
#include <ctnn/ops.hpp>
#include <string>

using namespace ctnn;

namespace {

/// The complaint about applying `function` to operands of these shapes, the last of them an index if so said.
std::string complaint(std::initializer_list<Extents> shapes, Value (*function)(std::span<const Value>),
                      bool index = false) {
  GraphBuilder builder;
  std::vector<Value> operands;
  for (const Extents& shape : shapes)
    operands.push_back(
        input(builder, shape, {block::input, 1000 * operands.size()},
              index && operands.size() + 1 == shapes.size() ? ElementType::index : ElementType::real));
  function(operands);
  return std::string(builder.error().view());
}

using Values = std::span<const Value>;
using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("elementwise misfits are told with both shapes", "[laws]") {
  for (Value (*function)(Values) :
       {+[](Values x) { return x[0] + x[1]; }, +[](Values x) { return x[0] - x[1]; },
        +[](Values x) { return x[0] * x[1]; }, +[](Values x) { return x[0] / x[1]; },
        +[](Values x) { return less(x[0], x[1]); }, +[](Values x) { return less_equal(x[0], x[1]); },
        +[](Values x) { return equal(x[0], x[1]); }, +[](Values x) { return maximum(x[0], x[1]); },
        +[](Values x) { return select(x[0], x[1], x[1]); }}) {
    CHECK_THAT(complaint({{2, 3}, {4, 3}}, function), Contains("[2, 3]") && Contains("[4, 3]"));
    CHECK_THAT(complaint({{5}, {3, 4}}, function), Contains("[5]") && Contains("[3, 4]"));
    CHECK(complaint({{2, 3}, {3}}, function).empty());
  }
}

TEST_CASE("misfits of axes and shapes are told", "[laws]") {
  CHECK_THAT(complaint({{2, 3}},
                       [](Values x) {
                         return broadcast(x[0], {2, 4});
                       }),
             Contains("[2, 3]") && Contains("[2, 4]"));
  CHECK_THAT(complaint({{2, 3}}, [](Values x) { return broadcast(x[0], {3}); }), Contains("[2, 3] to [3]"));
  CHECK_THAT(complaint({{2, 3}}, [](Values x) { return sum(x[0], 1, 3); }),
             Contains("axes 1 to 3 of [2, 3]"));
  CHECK_THAT(complaint({{2, 3}}, [](Values x) { return maximum(x[0], 1, 1); }),
             Contains("axes 1 to 1 of [2, 3]"));
  CHECK_THAT(complaint({{2, 3}}, [](Values x) { return reshape(x[0], {5}); }), Contains("[2, 3] to [5]"));
  CHECK_THAT(complaint({{2, 3}},
                       [](Values x) {
                         return transpose(x[0], {0, 0});
                       }),
             Contains("[2, 3] as [0, 0]"));
  CHECK_THAT(complaint({{2, 3}}, [](Values x) { return transpose(x[0], {0}); }), Contains("[2, 3] as [0]"));
  CHECK_THAT(complaint({{2, 3}},
                       [](Values x) {
                         return transpose(x[0], {0, 2});
                       }),
             Contains("[2, 3] as [0, 2]"));
  CHECK_THAT(complaint({{2, 3}},
                       [](Values x) {
                         return slice(x[0], {1, 1}, {2, 1});
                       }),
             Contains("[2, 1] at [1, 1] out of [2, 3]"));
  CHECK_THAT(complaint({{2, 3}},
                       [](Values x) {
                         return pad(x[0], {1, 1}, {2, 4});
                       }),
             Contains("[2, 3] at [1, 1] in [2, 4]"));
}

TEST_CASE("misfits of several operands are told", "[laws]") {
  CHECK_THAT(complaint({{2, 3}}, [](Values x) { return cumulative_sum(x[0], 2); }),
             Contains("no axis 2 in a tensor of shape [2, 3]"));
  CHECK_THAT(complaint({{2, 3}}, [](Values x) { return product(x[0], 1, 3); }),
             Contains("axes 1 to 3 of [2, 3]"));
  CHECK_THAT(complaint({{2, 3}, {3, 3}}, [](Values x) { return linear_recurrence(x[0], x[1], 0); }),
             Contains("[2, 3] with [3, 3]"));
  static constexpr LoopBody body{{}, 2, 1, 3};
  const auto repeated = +[](Values x) { return loop(body, 4, x[0], x[1], x[2]); };
  CHECK(complaint({{2}, {1}, {4, 3}}, repeated).empty());
  CHECK_THAT(complaint({{3}, {1}, {4, 3}}, repeated), Contains("a state of shape [2], receives [3]"));
  CHECK_THAT(complaint({{2}, {1}, {3, 3}}, repeated), Contains("rows of shape [4, 3], receives [3, 3]"));
  const auto joined = +[](Values x) { return concat(x, 1); };
  CHECK_THAT(complaint({{2, 3}, {3, 3}}, joined), Contains("[3, 3] to [2, 3] along axis 1"));
  CHECK_THAT(complaint({{2}, {2}}, joined), Contains("along axis 1"));
  CHECK_THAT(complaint({{2, 3}, {2, 3, 1}}, joined), Contains("[2, 3, 1] to [2, 3]"));
  const auto gathered = +[](Values x) { return gather(x[0], x[1], 1); };
  CHECK_THAT(complaint({{2, 3}, {3, 3}}, gathered, true), Contains("[3, 3] from [2, 3] along axis 1"));
  CHECK_THAT(complaint({{2}, {2}}, gathered, true), Contains("axis 1"));
  CHECK_THAT(complaint(
                 {{2, 3}, {2, 4}}, [](Values x) { return scatter_add(x[0], x[1], 1, 5); }, true),
             Contains("[2, 3]") && Contains("[2, 4]"));
  CHECK_THAT(complaint(
                 {{2, 3}, {2, 3}}, [](Values x) { return scatter_add(x[0], x[1], 2, 5); }, true),
             Contains("axis 2"));
}

TEST_CASE("indices are told where numbers are read, and numbers where indices are", "[laws]") {
  const auto of_indices = [](Value (*function)(Value)) {
    GraphBuilder builder;
    function(input(builder, {2, 3}, {block::target, 0}, ElementType::index));
    return std::string(builder.error().view());
  };
  const std::pair<const char*, Value (*)(Value)> refused[]{
      {"add", [](Value i) { return i + i; }},
      {"equal", [](Value i) { return equal(i, i); }},
      {"exp", [](Value i) { return exp(i); }},
      {"sum", [](Value i) { return sum(i, 0, 1); }},
      {"broadcast",
       [](Value i) {
         return broadcast(i, {4, 2, 3});
       }},
      {"transpose",
       [](Value i) {
         return transpose(i, {1, 0});
       }},
      {"slice",
       [](Value i) {
         return slice(i, {0, 0}, {1, 3});
       }},
      {"pad",
       [](Value i) {
         return pad(i, {0, 0}, {3, 3});
       }},
      {"concat",
       [](Value i) {
         const Value twice[]{i, i};
         return concat(twice, 0);
       }},
      {"matrix_product", [](Value i) { return matrix_product(i, i, false, true); }},
      {"max_pool", [](Value i) {
         return max_pool(reshape(i, {1, 1, 2, 3}), {{2, 2}});
       }}};
  for (const auto& [name, function] : refused)
    CHECK(of_indices(function) == std::string("cannot apply ") + name + " to indices: gather reads them");
  CHECK(of_indices([](Value i) { return gather(i, i, 1); }) ==
        "gathers and scatters numbers, receives indices");
  CHECK(of_indices([](Value i) { return stop_gradient(reshape(i, {6})); }).empty());
  CHECK_THAT(of_indices([](Value i) { return constant(*i.builder, 2, {3}, ElementType::index); }),
             Contains("constants of indices"));
  CHECK(complaint({{2, 3}, {2, 3}}, [](Values x) { return gather(x[0], x[1], 1); }) ==
        "gathers and scatters by indices, receives numbers");
  CHECK(complaint({{2, 3}, {2, 3}}, [](Values x) { return scatter_add(x[0], x[1], 1, 5); }) ==
        "gathers and scatters by indices, receives numbers");
}

TEST_CASE("misfits of contractions are told with both shapes", "[laws]") {
  const auto product = +[](Values x) { return matrix_product(x[0], x[1]); };
  CHECK_THAT(complaint({{2, 3}, {4, 5}}, product), Contains("[2, 3] by [4, 5]"));
  CHECK_THAT(complaint({{3}, {3, 5}}, product), Contains("[3] by [3, 5]"));
  CHECK_THAT(complaint({{2, 2, 3}, {4, 3, 5}}, product), Contains("[2, 2, 3] by [4, 3, 5]"));
  CHECK_THAT(complaint({{3, 2}, {4, 5}}, [](Values x) { return matrix_product(x[0], x[1], true, true); }),
             Contains("[3, 2] transposed by [4, 5] transposed"));

  const auto convolved = +[](Values x) { return convolution(x[0], x[1], {{3, 3}}); };
  CHECK_THAT(complaint({{1, 2, 5, 5}, {4, 3, 3, 3}}, convolved), Contains("[1, 2, 5, 5] and [4, 3, 3, 3]"));
  CHECK_THAT(complaint({{1, 2, 2, 5}, {4, 2, 3, 3}}, convolved), Contains("[1, 2, 2, 5] and [4, 2, 3, 3]"));
  CHECK_THAT(complaint({{1, 2, 5, 5}, {4, 2, 3, 2}}, convolved), Contains("[4, 2, 3, 2]"));
  CHECK_THAT(complaint({{1, 2, 5, 5}, {3, 1, 3, 3}},
                       [](Values x) {
                         return convolution(x[0], x[1], {{3, 3}}, 2);
                       }),
             Contains("[3, 1, 3, 3]"));
  static constexpr Attributes form = detail::ConvolutionForm::attributes({{3, 3}}, 1, {5, 5});
  CHECK_THAT(
      complaint({{1, 4, 2, 3}, {4, 2, 3, 3}},
                [](Values x) { return x[0].builder->apply(primitive::convolution_input_adjoint, x, form); }),
      Contains("[1, 4, 2, 3] and [4, 2, 3, 3]"));
  CHECK_THAT(
      complaint({{1, 2, 5, 5}, {2, 4, 3, 3}},
                [](Values x) { return x[0].builder->apply(primitive::convolution_weight_adjoint, x, form); }),
      Contains("[1, 2, 5, 5] and [2, 4, 3, 3]"));
  CHECK_THAT(complaint({{1, 2, 5, 5}, {3, 3, 3, 4}},
                       [](Values x) { return x[0].builder->apply(primitive::packed_convolution, x, form); }),
             Contains("[1, 2, 5, 5] and [3, 3, 3, 4]"));
  static constexpr Attributes words = [] {
    Attributes result = form;
    result.integers[11] = static_cast<std::size_t>(WeightFormat::bfloat16);
    return result;
  }();
  CHECK_THAT(complaint({{1, 2, 5, 5}, {2, 3, 3, 4}},
                       [](Values x) { return x[0].builder->apply(primitive::narrow_convolution, x, words); }),
             Contains("[1, 2, 5, 5] and [2, 3, 3, 4]"));
  CHECK_THAT(complaint({{1, 6}, {2, 5}},
                       [](Values x) {
                         return x[0].builder->apply(
                             primitive::narrow_matrix_product, x,
                             {.integers = {static_cast<std::size_t>(WeightFormat::bfloat16)}});
                       }),
             Contains("[1, 6] by words [2, 5]"));
}

TEST_CASE("misfits of pooling's derivatives are told", "[laws]") {
  const auto derivative = [](const Primitive& primitive, const Extents& other) {
    GraphBuilder builder;
    const Value x = input(builder, {1, 2, 4, 6}, {block::input, 0});
    const Value largest = max_pool(x, {{2, 2}, {2, 2}});
    builder.apply(primitive, {x, input(builder, other, {block::target, 0})}, largest.node().attributes);
    return std::string(builder.error().view());
  };
  CHECK(derivative(primitive::max_pool_tangent, {1, 2, 4, 6}).empty());
  CHECK(derivative(primitive::max_pool_adjoint, {1, 2, 2, 3}).empty());
  CHECK_THAT(derivative(primitive::max_pool_tangent, {1, 2, 2, 3}),
             Contains("pools [1, 2, 4, 6] along [1, 2, 2, 3]"));
  CHECK_THAT(derivative(primitive::max_pool_adjoint, {1, 2, 4, 6}),
             Contains("spreads [1, 2, 4, 6] over windows [1, 2, 2, 3]"));
}

TEST_CASE("misfits of pooling are told", "[laws]") {
  for (Value (*pool)(Value, const Window&) : {max_pool, average_pool}) {
    const auto told = [&](const Extents& shape, const Window& window) {
      GraphBuilder builder;
      pool(input(builder, shape, {block::input, 0}), window);
      return std::string(builder.error().view());
    };
    CHECK_THAT(told({1, 2, 3, 3}, {{4, 4}}), Contains("[1, 2, 3, 3]"));
    CHECK_THAT(told({2, 3, 3}, {{2, 2}}), Contains("[2, 3, 3]"));
    // A window of nothing but padding has no largest element.
    CHECK_THAT(told({1, 2, 3, 3}, {{2, 2}, {1, 1}, {2, 2}}), Contains("[1, 2, 3, 3]"));
    CHECK(told({1, 2, 3, 3}, {{2, 2}, {1, 1}, {1, 1}}).empty());
  }
}

TEST_CASE("only the first mistake is told, behind its context", "[laws]") {
  Builder builder(1, Mode::evaluate);
  builder.set_context("layer 3 (Mixer)");
  const Value x = input(builder, {2, 3}, {block::input, 0}), y = input(builder, {5}, {block::input, 6});
  const Value sum = x + y;
  const Value worse = matrix_product(sum, y);
  CHECK(builder.error().view() ==
        "layer 3 (Mixer) combines [2, 3] with [5]: an axis must be equal in both, or 1");
  CHECK(worse.builder == &builder);
}
