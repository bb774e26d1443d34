#pragma once
#include <ctnn/core/message.hpp>
#include <ctnn/graph/graph.hpp>

namespace ctnn {

/// A graph, and what is wrong with it: nothing, as a rule.
struct CheckedGraph {
  Graph graph;
  Text complaint;

  struct Sizes {
    Graph::Sizes graph;
    std::size_t complaint;

    constexpr bool fit_in(const Sizes& room) const {
      return graph.fit_in(room.graph) && complaint <= room.complaint;
    }
  };
  constexpr Sizes sizes() const { return {graph.sizes(), complaint.size()}; }
};

template <auto S>
struct FixedCheckedGraph {
  FixedGraph<S.graph> graph;
  FixedText<S.complaint> complaint;

  constexpr explicit FixedCheckedGraph(const auto& from) : graph(from.graph), complaint(from.complaint) {}
};

/// Runs `Make`, a captureless function object that returns a CheckedGraph, while compiling, and keeps its
/// result. (Its name may be long beyond measure, and Clang spells it out for a lambda or a local variable.)
template <class Make>
struct FrozenCheckedGraph {
 private:
  static constexpr CheckedGraph::Sizes room{common_room, Text::capacity};
  using Kept = Frozen<Make, FixedCheckedGraph, room>;

 public:
  static constexpr const auto& complaint = Kept::value.complaint;
  static constexpr const auto& graph = Kept::value.graph;
};

}  // namespace ctnn
