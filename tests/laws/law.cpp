#include "law.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <ctnn/graph/dependence.hpp>
#include <limits>

namespace ctnn::test {

std::vector<std::string_view>& covered_primitives() {
  static std::vector<std::string_view> names;
  return names;
}

namespace {

using Elements = std::vector<double>;

/// The outputs of a case's graph by the primitives' plain meanings.
std::vector<Elements> outputs(const LawGraph& law, const LawInputs& inputs) {
  const auto values = interpret(law.graph.view(), [&](const Node& node) { return inputs.at(node); });
  std::vector<Elements> result;
  for (const Output& output : law.graph.outputs)
    result.push_back(values[static_cast<std::size_t>(output.node)]);
  return result;
}

double largest(const Elements& x) {
  double result = 0;
  for (double e : x) result = std::max(result, std::abs(e));
  return result;
}

/// The largest difference, relative to the largest element or 1; NaN counts as equal to NaN alone.
double distance(const Elements& x, const Elements& y) {
  if (x.size() != y.size()) return INFINITY;
  double result = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]))) continue;
    const double difference = std::abs(x[i] - y[i]);
    result = std::max(result, std::isnan(difference) ? INFINITY : difference);
  }
  return result / std::max(1.0, largest(y));
}

double dot(const Elements& x, std::span<const double> y) {
  double result = 0;
  for (std::size_t i = 0; i < x.size(); ++i) result += x[i] * y[i];
  return result;
}

/// Central differences of output `which` along the directions.
Elements differences(const LawGraph& law, const LawInputs& inputs, std::size_t which) {
  const double step = 0x1p-17;
  LawInputs ahead = inputs, behind = inputs;
  for (std::size_t i = 0; i < inputs.input.size(); ++i) {
    ahead.input[i] += step * inputs.parameters[i];
    behind.input[i] -= step * inputs.parameters[i];
  }
  Elements result = outputs(law, ahead)[which];
  const Elements low = outputs(law, behind)[which];
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = (result[i] - low[i]) / (2 * step);
  return result;
}

void check_derivatives(const CompiledCase& compiled, const LawGraph& law, const LawInputs& inputs) {
  const std::vector<Elements> results = outputs(law, inputs);
  const Elements tangent = law.has_tangent ? results[1] : Elements(results[0].size(), 0);
  CHECK(distance(tangent, differences(law, inputs, 0)) < 1e-7);

  double forward = dot(tangent, inputs.upstream), backward = 0;
  std::size_t offset = 0, real = 0;
  for (std::size_t i = 0; i < compiled.law.count; ++i) {
    if (compiled.law.operands[i].type == ElementType::index) continue;
    const std::size_t elements = compiled.law.operands[i].shape.elements();
    const std::size_t adjoint = law.adjoint[real], second = law.second[real];
    ++real;
    if (adjoint != LawGraph::none) {
      backward += dot(results[adjoint], std::span(inputs.parameters).subspan(offset, elements));
      CHECK(distance(second == LawGraph::none ? Elements(elements, 0) : results[second],
                     differences(law, inputs, adjoint)) < 1e-7);
    }
    offset += elements;
  }
  CHECK(std::abs(forward - backward) <= 1e-12 * (1 + static_cast<double>(offset)));
}

/// What a derivative is known not to depend on does not change it: where an element of a seed is not a
/// number, some of the results are neither, and each of them depends on it.
void check_dependence(const LawGraph& law, const LawInputs& inputs, std::size_t block,
                      Elements LawInputs::*seed) {
  const std::size_t columns = (inputs.*seed).size();
  const std::vector<std::uint64_t> bits = dependence(law.graph.view(), block, std::span(&columns, 1));
  if (bits.empty()) return;
  const Pattern pattern{bits.data(), bits.size() / Pattern::words(columns), columns};
  const std::size_t most_columns = 8;
  for (std::size_t column = 0; column < columns; column += 1 + columns / most_columns) {
    LawInputs moved = inputs;
    (moved.*seed)[column] = std::numeric_limits<double>::quiet_NaN();
    bool known = true;
    std::size_t row = 0;
    for (const Elements& result : outputs(law, moved))
      for (double element : result) {
        const std::uint64_t word = pattern.row(row++)[column / Pattern::word_bits];
        known = known && (!std::isnan(element) || (word >> column % Pattern::word_bits & 1) != 0);
      }
    CHECK(known);
  }
}

/// The outputs of the compiled program, in elements of T.
template <class T>
std::vector<Elements> run(const CompiledCase& compiled, const LawGraph& law, const LawInputs& inputs) {
  constexpr std::size_t precision = std::is_same_v<T, double> ? 0 : 1;
  // Vectors of exact size, so that the address sanitizer sees what a kernel reads beyond them.
  const auto narrowed = [](const Elements& from, auto as) {
    std::vector<decltype(as)> to(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) to[i] = static_cast<decltype(as)>(from[i]);
    return to;
  };
  const auto input = narrowed(inputs.input, T()), parameters = narrowed(inputs.parameters, T()),
             upstream = narrowed(inputs.upstream, T());
  const auto target = narrowed(inputs.target, std::int32_t());
  std::vector<T> output(law.output_elements, T(-77));
  std::vector<std::byte> memory(compiled.workspace_bytes[precision] + alignment);
  std::memset(memory.data(), 0xFF, memory.size());  // NaN
  void* arena = memory.data();
  std::size_t space = memory.size();
  std::align(alignment, compiled.workspace_bytes[precision], arena, space);

  Blocks blocks;
  blocks.bind(block::arena, static_cast<std::byte*>(arena));
  blocks.bind(block::input, input.data());
  blocks.bind(block::target, target.data());
  blocks.bind(block::parameters, parameters.data());
  blocks.bind(block::gradients, upstream.data());
  blocks.bind(block::output, output.data());
  compiled.run[precision](blocks);

  std::vector<Elements> results;
  for (const Output& o : law.graph.outputs) {
    const Node& node = law.graph.nodes[static_cast<std::size_t>(o.node)];
    Elements elements(node.shape.elements());
    for (std::size_t i = 0; i < elements.size(); ++i) {
      std::int32_t index;
      std::memcpy(&index, reinterpret_cast<const std::byte*>(output.data()) + 4 * i, sizeof index);
      elements[i] =
          node.type == ElementType::index ? index : static_cast<double>(output[o.binding.offset + i]);
    }
    results.push_back(std::move(elements));
  }
  return results;
}

/// Compares each result of a program with what was written to the letter; an absent derivative is zero.
void check_results(const std::vector<Elements>& expected, const LawGraph& literal,
                   const std::vector<Elements>& results, const LawGraph& simple, double tolerance) {
  CHECK(distance(results[0], expected[0]) <= tolerance);
  const auto compare = [&](std::size_t result, std::size_t reference) {
    if (result == LawGraph::none && reference == LawGraph::none) return;
    const Elements zeros(result == LawGraph::none ? expected[reference].size() : results[result].size(), 0);
    CHECK(distance(result == LawGraph::none ? zeros : results[result],
                   reference == LawGraph::none ? zeros : expected[reference]) <= tolerance);
  };
  compare(simple.has_tangent ? 1 : LawGraph::none, literal.has_tangent ? 1 : LawGraph::none);
  for (std::size_t i = 0; i < Case::most_operands; ++i) compare(simple.adjoint[i], literal.adjoint[i]);
}

}  // namespace

void check_laws(const CompiledCase& compiled) {
  INFO(compiled.law.primitive->name << " of " << join(compiled.law.operands[0].shape).view());
  const LawGraph literal = law_graph(compiled.law, Simplify::no, 2),
                 simple = law_graph(compiled.law, Simplify::yes, 1);
  REQUIRE(literal.error.view() == "");
  CHECK(std::ranges::any_of(literal.graph.nodes,
                            [&](const Node& node) { return node.primitive == compiled.law.primitive; }));
  const LawInputs inputs(compiled.law, value_elements(literal));
  const std::vector<Elements> expected = outputs(literal, inputs);

  if (compiled.law.differentiable) {
    check_derivatives(compiled, literal, inputs);
    check_dependence(literal, inputs, block::parameters, &LawInputs::parameters);
    check_dependence(literal, inputs, block::gradients, &LawInputs::upstream);
  }
  const std::vector<Elements> in_double = run<double>(compiled, simple, inputs);
  check_results(expected, literal, in_double, simple, 4e-14);
  if (in_float_too) check_results(expected, literal, run<float>(compiled, simple, inputs), simple, 2e-5);
  const Elements constant(compiled.at_compile_time.begin(), compiled.at_compile_time.end());
  CHECK(distance(in_double[0], constant) <= 4e-15);
}

}  // namespace ctnn::test
