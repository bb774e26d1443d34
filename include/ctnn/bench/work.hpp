#pragma once
#include <cstddef>
#include <ctnn/graph/flops.hpp>
#include <ctnn/graph/plan.hpp>
#include <ctnn/ops/source.hpp>

namespace ctnn::bench {

/// What one call does. All of it is known while compiling.
struct Work {
  /// Floating-point operations: a multiplication and an addition are two, a function of an element is one.
  std::size_t flops = 0;
  /// What must be read and written, each input and each output once.
  std::size_t bytes = 0;
  /// Of the program's arena.
  std::size_t workspace_bytes = 0;
  bool is_double = false;

  /// Operations per byte: where a call stands on a roofline.
  double intensity() const { return static_cast<double>(flops) / static_cast<double>(bytes); }
};

/// Bytes that a graph without dead nodes must read and write, whatever is kept in caches: each of its inputs
/// and outputs once. A real number takes `real_bytes`.
constexpr std::size_t graph_bytes(GraphView graph, std::size_t real_bytes) {
  const auto bytes = [&](const Node& node) {
    return node.shape.elements() * element_bytes(node.type, real_bytes);
  };
  std::size_t total = 0;
  for (const Node& node : graph.nodes)
    if (node.primitive == &primitive::input) total += bytes(node);
  for (const Output& output : graph.outputs) total += bytes(graph[output.node]);
  return total;
}

/// The work of a Program<Source, T>, its workspace left out.
template <class Source, class T>
inline constexpr Work work_of{graph_flops(Source::graph.view()), graph_bytes(Source::graph.view(), sizeof(T)),
                              0, sizeof(T) == 8};

}  // namespace ctnn::bench
