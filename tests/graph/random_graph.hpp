#pragma once
#include "graph_grower.hpp"

namespace ctnn::test {

constexpr RandomGraph random_graph(std::uint64_t seed, std::size_t primitives, Simplify simplify,
                                   std::size_t max_elements = 128) {
  return GraphGrower(seed, simplify, max_elements).grow(primitives);
}

/// Elements for block `block` of a random graph: no two alike, in (-1.6, 1.6).
template <class T>
std::vector<T> random_elements(const RandomGraph& graph, std::size_t block, std::uint64_t seed) {
  Random random(Seed{seed}, block);
  std::vector<T> elements(graph.elements[block]);
  for (std::size_t i = 0; i < elements.size(); ++i)
    elements[i] = i < graph.index_limits.size() && block == block::target
                      ? static_cast<T>(random.below(graph.index_limits[i]))
                      : static_cast<T>(random.uniform(-1.6f, 1.6f));
  return elements;
}

}  // namespace ctnn::test
