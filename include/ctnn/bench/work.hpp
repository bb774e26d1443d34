#pragma once
#include <cstddef>
#include <ctnn/graph/flops.hpp>
#include <ctnn/graph/plan.hpp>
#include <ctnn/ops/source.hpp>

namespace ctnn::bench {

/// What one call does. All of it is known while compiling.
struct Work {
  /// Floating-point operations: see flops_of in inspect/cost.hpp.
  std::size_t flops = 0;
  /// What must be read and written, each input and each output once; and the outputs of it.
  std::size_t bytes = 0, written_bytes = 0;
  /// Of the program's arena.
  std::size_t workspace_bytes = 0;
  bool is_double = false;

  /// Operations per byte: where a call stands on a roofline.
  double intensity() const { return static_cast<double>(flops) / static_cast<double>(bytes); }
};

/// The work of a graph without dead nodes, its workspace left out. Whatever is kept in caches, it must read
/// each of its inputs and write each of its outputs. A real number takes `real_bytes`.
constexpr Work graph_work(GraphView graph, std::size_t real_bytes) {
  const auto bytes = [&](const Node& node) {
    return node.shape.elements() * element_bytes(node.type, real_bytes);
  };
  Work work{.flops = graph_flops(graph), .is_double = real_bytes == 8};
  for (const Output& output : graph.outputs) work.written_bytes += bytes(graph[output.node]);
  work.bytes = work.written_bytes;
  for (const Node& node : graph.nodes)
    if (node.primitive == &primitive::input) work.bytes += bytes(node);
  return work;
}

/// The work of a Program<Source, T>, its workspace left out.
template <class Source, class T>
inline constexpr Work work_of = graph_work(Source::graph.view(), sizeof(T));

}  // namespace ctnn::bench
