#pragma once
#include <algorithm>
#include <bit>
#include <ctnn/graph/fold.hpp>
#include <ctnn/graph/narrow.hpp>
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/slice.hpp>
#include <ctnn/ops/source.hpp>

namespace ctnn {

/// A graph evaluated in two parts: `prepare` runs once and writes what depends on parameters and states alone
/// to block::packed; `run` reads it from there.
struct SpecializedGraphs {
  Graph prepare, run;
  std::size_t packed_elements = 0;

  struct Sizes {
    Graph::Sizes prepare, run;

    constexpr bool fit_in(const Sizes& room) const {
      return prepare.fit_in(room.prepare) && run.fit_in(room.run);
    }
  };
  constexpr Sizes sizes() const { return {prepare.sizes(), run.sizes()}; }
};

template <auto S>
struct FixedSpecializedGraphs {
  FixedGraph<S.prepare> prepare;
  FixedGraph<S.run> run;
  std::size_t packed_elements;

  constexpr explicit FixedSpecializedGraphs(const auto& graphs)
      : prepare(graphs.prepare), run(graphs.run), packed_elements(graphs.packed_elements) {}
};

namespace detail {

/// Which nodes depend on parameters, states and constants alone.
constexpr Flags fixed_nodes(GraphView graph) {
  Flags fixed(graph.size(), true);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (graph.nodes[i].primitive->kind == Kind::source) fixed[i] = is_owned(graph.nodes[i]);
    for (NodeId operand : graph.operands(graph.nodes[i]))
      if (!fixed[static_cast<std::size_t>(operand)]) fixed[i] = false;
  }
  return fixed;
}

/// `graph` with every primitive that can use a rearranged parameter specialised to it, and with what is known
/// of its result's factors in that parameter.
constexpr Graph rearrange_parameters(GraphView graph) {
  const Flags fixed = fixed_nodes(graph), live = live_nodes(graph);
  GraphBuilder builder;
  List<std::size_t> readers(graph.size(), 0);
  for (std::size_t i = 0; i < graph.size(); ++i)
    for (NodeId operand : graph.operands(graph.nodes[i]))
      readers[static_cast<std::size_t>(operand)] += live[i] ? 1 : 0;
  for (const Output& output : graph.outputs) ++readers[static_cast<std::size_t>(output.node)];
  Folding fold;
  const std::vector<Value> renamed = replay(
      graph, builder, [](NodeId) { return Value{}; },
      [&](std::size_t i, Value value, const std::vector<Value>& operands) {
        const Node& node = graph.nodes[i];
        if (!fixed[i] && node.primitive->specialize != nullptr)
          for (std::size_t k = 0; k < operands.size(); ++k)
            if (fixed[static_cast<std::size_t>(graph.operands(node)[k])])
              if (const Value special = node.primitive->specialize({value, operands, node.attributes}, k))
                value = special;
        if (const Value folded = fold(value)) value = folded;
        fold.read(value, readers[i]);
        return value;
      });
  for (const Output& output : graph.outputs)
    builder.output(renamed[static_cast<std::size_t>(output.node)], output.binding);
  return remove_dead(builder.graph().view());
}

/// Which nodes `prepare` writes for `run`. A repetition that only elementwise work reads is not among them:
/// read through strides, what it repeats takes less memory.
constexpr Flags packed_nodes(GraphView graph) {
  const Flags fixed = fixed_nodes(graph);
  Flags packed(graph.size(), false), whole(graph.size(), false);
  for (const Output& output : graph.outputs)
    packed[static_cast<std::size_t>(output.node)] = whole[static_cast<std::size_t>(output.node)] = true;
  for (std::size_t i = graph.size(); i-- > 0;) {
    const Node& node = graph.nodes[i];
    const bool repeats = packed[i] && !whole[i] && node.primitive->kind == Kind::broadcast;
    if (fixed[i] && !repeats) {
      packed[i] = packed[i] && node.primitive != &primitive::constant;
      continue;
    }
    packed[i] = false;
    for (NodeId operand : graph.operands(node)) {
      const auto k = static_cast<std::size_t>(operand);
      packed[k] = true;
      whole[k] = whole[k] || node.primitive->kind != Kind::elementwise;
    }
  }
  return packed;
}

/// For each node that `prepare` writes, how many columns it gets so that each of its rows begins with a cache
/// line, or a short row with a vector; 0 where a reader takes no padding.
constexpr std::vector<std::size_t> padded_columns(GraphView graph, const Flags& packed) {
  std::vector<std::size_t> columns(graph.size(), 0);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Extents& shape = graph.nodes[i].shape;
    if (!packed[i] || shape.rank != 2) continue;
    const std::size_t line = std::min<std::size_t>(16, std::bit_ceil(shape.back()));
    const std::size_t padded = (shape.back() + line - 1) / line * line;
    if (padded != shape.back()) columns[i] = padded;
  }
  for (const Node& node : graph.nodes)
    for (std::size_t k = 0; k < node.operand_count; ++k)
      if (k != 1 || node.primitive->columns_integer == 0 || node.attributes.integers[1] != 0)
        columns[static_cast<std::size_t>(graph.operands(node)[k])] = 0;
  for (const Output& output : graph.outputs) columns[static_cast<std::size_t>(output.node)] = 0;
  return columns;
}

}  // namespace detail

/// Splits an inference graph into what can be done once the parameters are known, and the rest, which reads
/// weights of products and convolutions in `format`.
constexpr SpecializedGraphs specialize(GraphView original, WeightFormat format = WeightFormat::number) {
  Graph rearranged = detail::rearrange_parameters(original);
  if (format != WeightFormat::number)
    rearranged = detail::narrow_weights(rearranged.view(), detail::fixed_nodes(rearranged.view()), format);
  const GraphView graph = rearranged.view();
  const Flags packed = detail::packed_nodes(graph);
  const std::vector<std::size_t> padded = detail::padded_columns(graph, packed);

  SpecializedGraphs result;
  List<std::size_t> offsets(graph.size(), 0);
  result.prepare = Graph(graph);
  result.prepare.outputs.clear();
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!packed[i]) continue;
    std::size_t written = i;
    if (padded[i] != 0) {
      const Extents shape{graph.nodes[i].shape[0], padded[i]};
      written = result.prepare.nodes.size();
      result.prepare.nodes.push_back({&primitive::pad, shape, graph.nodes[i].type,
                                      static_cast<std::uint32_t>(result.prepare.operand_ids.size()), 1,
                                      detail::Box::attributes({0, 0}, shape)});
      result.prepare.operand_ids.push_back(static_cast<NodeId>(i));
    }
    offsets[i] = result.packed_elements;
    result.packed_elements = (offsets[i] + result.prepare.nodes[written].shape.elements() + 15) / 16 * 16;
    result.prepare.outputs.push_back({static_cast<NodeId>(written), {block::packed, offsets[i]}});
  }
  result.prepare = remove_dead(result.prepare.view());

  Graph run(graph);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    Node& node = run.nodes[i];
    if (packed[i]) {
      Extents shape = node.shape;
      if (padded[i] != 0) shape[1] = padded[i];
      node = {&primitive::input, shape, node.type, 0, 0, {.integers = {block::packed, offsets[i]}}};
    } else if (node.primitive->columns_integer != 0) {
      const auto weight = static_cast<std::size_t>(graph.operands(node)[1]);
      if (padded[weight] != 0)
        node.attributes.integers[node.primitive->columns_integer] = graph.nodes[weight].shape.back();
    }
  }
  result.run = remove_dead(run.view());
  return result;
}

}  // namespace ctnn
