#pragma once
#include <ctnn/core/message.hpp>
#include <ctnn/graph/graph.hpp>
#include <utility>

namespace ctnn {

/// A graph, and what is wrong with it: nothing, as a rule.
struct CheckedGraph {
  Graph graph;
  Text complaint;

  struct Sizes {
    Graph::Sizes graph;
    std::size_t complaint;
  };
  constexpr Sizes sizes() const { return {graph.sizes(), complaint.size()}; }
};

/// Runs `Make`, a captureless function object that returns a CheckedGraph, while compiling, and keeps its
/// result.
template <class Make>
struct FrozenCheckedGraph {
 private:
  static constexpr CheckedGraph::Sizes sizes = Make{}().sizes();
  static constexpr auto frozen = [] {
    const CheckedGraph result = Make{}();
    return std::pair(FixedText<sizes.complaint>(result.complaint), FixedGraph<sizes.graph>(result.graph));
  }();

 public:
  static constexpr const auto& complaint = frozen.first;
  static constexpr const auto& graph = frozen.second;
};

}  // namespace ctnn
