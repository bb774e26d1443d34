#pragma once
#include <ctnn/graph/interpret.hpp>
#include <ctnn/graph/jvp.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/kernels/program.hpp>
#include <ctnn/ops.hpp>

namespace ctnn::test {

/// One operand of a case: elements drawn evenly from [low, high); of indices, whole numbers.
struct Operand {
  Extents shape{};
  double low = -1, high = 1;
  ElementType type = ElementType::real;
};

using Apply = Value (*)(std::span<const Value>);

/// A primitive, and operands of given shapes that it is applied to. Its laws are what a line of code per case
/// instantiates.
struct Case {
  static constexpr std::size_t most_operands = 10;
  const Primitive* primitive;
  Operand operands[most_operands]{};
  std::size_t count = 0;
  Apply apply;
  bool differentiable = true;

  constexpr Case(const Primitive& of, std::initializer_list<Operand> list, Apply function, bool smooth = true)
      : primitive(&of), apply(function), differentiable(smooth) {
    for (const Operand& operand : list) operands[count++] = operand;
  }
};

/// Elements of an operand. They are exact in float, so that one reference serves both precisions.
constexpr std::vector<double> drawn(const Operand& operand, std::uint32_t seed) {
  std::vector<double> elements;
  std::uint32_t state = seed * 2654435761U + 12345U;
  for (std::size_t i = 0; i < operand.shape.elements(); ++i) {
    state = state * 1664525U + 1013904223U;
    const double number = operand.low + (operand.high - operand.low) * (state >> 8) * 0x1p-24;
    elements.push_back(operand.type == ElementType::index ? static_cast<double>(static_cast<int>(number))
                                                          : static_cast<double>(static_cast<float>(number)));
  }
  return elements;
}

/// A case's graph: the value; its tangent along directions v and its adjoint at u (order 1); the adjoint's
/// tangent along v (order 2).
struct LawGraph {
  Graph graph;
  bool has_tangent = false;
  /// Which output is the adjoint by operand i, and the tangent of that; `none` where it is zero.
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::array<std::size_t, Case::most_operands> adjoint = unused(), second = unused();
  static constexpr std::array<std::size_t, Case::most_operands> unused() {
    std::array<std::size_t, Case::most_operands> result{};
    result.fill(none);
    return result;
  }
  std::size_t output_elements = 0;
  ElementType output_type = ElementType::real;
  Text error;
};

/// Where the operands are, one after another: reals in block::input, indices in block::target; directions in
/// block::parameters, u in block::gradients; the outputs, one after another, in block::output.
constexpr LawGraph law_graph(const Case& law, Simplify simplify, int order) {
  LawGraph result;
  GraphBuilder builder(simplify);
  std::vector<Value> operands, reals, directions;
  std::size_t offsets[2]{};
  for (std::size_t i = 0; i < law.count; ++i) {
    const Operand& o = law.operands[i];
    const bool index = o.type == ElementType::index;
    operands.push_back(
        input(builder, o.shape, {index ? block::target : block::input, offsets[index]}, o.type));
    if (!index) {
      reals.push_back(operands.back());
      directions.push_back(input(builder, o.shape, {block::parameters, offsets[0]}));
    }
    offsets[index] += o.shape.elements();
  }
  const auto output = [&](Value x) {
    builder.output(x, {block::output, result.output_elements});
    result.output_elements += x.shape().elements();
    return builder.graph().outputs.size() - 1;
  };
  const Value y = law.apply(operands);
  result.error = builder.error();
  if (!y || !result.error.empty()) return result;
  output(y);
  result.output_type = y.node().type;
  if (law.differentiable && order > 0) {
    const Value u = input(builder, y.shape(), {block::gradients, 0});
    const Value tangent = jvp(std::span(&y, 1), reals, directions)[0];
    if ((result.has_tangent = static_cast<bool>(tangent))) output(tangent);
    const std::vector<Value> adjoints = vjp(std::span(&y, 1), std::span(&u, 1), reals);
    for (std::size_t i = 0; i < reals.size(); ++i) {
      if (!adjoints[i]) continue;
      result.adjoint[i] = output(adjoints[i]);
      if (order < 2) continue;
      const Value second = jvp(std::span(&adjoints[i], 1), reals, directions)[0];
      if (second) result.second[i] = output(second);
    }
  }
  result.graph = remove_dead(builder.graph().view());
  return result;
}

/// The elements of every block that the case's inputs are bound to.
struct LawInputs {
  std::vector<double> input, target, parameters, upstream;

  constexpr LawInputs(const Case& law, std::size_t value_elements) {
    for (std::size_t i = 0; i < law.count; ++i) {
      const auto seed = static_cast<std::uint32_t>(i);
      const std::vector<double> elements = drawn(law.operands[i], seed + 1);
      std::vector<double>& block = law.operands[i].type == ElementType::index ? target : input;
      block.insert(block.end(), elements.begin(), elements.end());
    }
    parameters = drawn({{input.size()}}, 101);
    upstream = drawn({{value_elements}}, 102);
  }
  constexpr const double* at(const Node& node) const {
    const std::size_t b = node.attributes.integers[0], offset = node.attributes.integers[1];
    return (b == block::input        ? input
            : b == block::target     ? target
            : b == block::parameters ? parameters
                                     : upstream)
               .data() +
           offset;
  }
};

constexpr std::size_t value_elements(const LawGraph& law) {
  const Graph& graph = law.graph;
  return graph.nodes[static_cast<std::size_t>(graph.outputs[0].node)].shape.elements();
}

#if defined(__SANITIZE_ADDRESS__)
/// Sanitizers treble the time that a program takes to compile, and see the same in both precisions.
inline constexpr bool in_float_too = false;
#else
inline constexpr bool in_float_too = true;
#endif

/// A compiled case, as the checks that are not templates see it.
struct CompiledCase {
  const Case& law;
  std::size_t workspace_bytes[2];
  void (*run[2])(const Blocks&) noexcept;  ///< in double, in float if that is tested
  std::span<const double> at_compile_time;
};

/// What the compiler makes of a case.
template <const Case& Law>
struct Compiled {
  static constexpr auto graph = freeze_graph([] { return law_graph(Law, Simplify::yes, 1).graph; });
  using Double = Program<Compiled, double>;
  using Float = Program<Compiled, std::conditional_t<in_float_too, float, double>>;

  static constexpr std::size_t elements = value_elements(law_graph(Law, Simplify::no, 0));
  static constexpr std::array<double, elements> at_compile_time = [] {
    const Graph value = law_graph(Law, Simplify::no, 0).graph;
    const LawInputs inputs(Law, 0);
    const auto values = interpret(value.view(), [&](const Node& node) { return inputs.at(node); });
    std::array<double, elements> result{};
    std::ranges::copy(values[static_cast<std::size_t>(value.outputs[0].node)], result.begin());
    return result;
  }();
};

/// The primitives that a case of the laws names, known before any test runs.
std::vector<std::string_view>& covered_primitives();

void check_laws(const CompiledCase& compiled);

template <const Case& Law>
inline const bool registered = (covered_primitives().push_back(Law.primitive->name), true);

template <const Case&... Law>
void check() {
  static_cast<void>((registered<Law> && ...));
  (check_laws({Law,
               {Compiled<Law>::Double::workspace_bytes, Compiled<Law>::Float::workspace_bytes},
               {Compiled<Law>::Double::run, Compiled<Law>::Float::run},
               Compiled<Law>::at_compile_time}),
   ...);
}

}  // namespace ctnn::test
