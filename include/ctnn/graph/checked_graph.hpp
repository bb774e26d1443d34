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

namespace detail {
template <CheckedGraph::Sizes S>
constexpr auto freeze(const CheckedGraph& from) {
  return std::pair(FixedText<S.complaint>(from.complaint), FixedGraph<S.graph>(from.graph));
}
}  // namespace detail

/// Runs `Make`, a captureless function object that returns a CheckedGraph, while compiling, and keeps its
/// result. (Its name may be long beyond measure, and Clang spells it out for a lambda or a local variable.)
template <class Make>
struct FrozenCheckedGraph {
 private:
  static constexpr CheckedGraph::Sizes sizes = Make{}().sizes();
  static constexpr auto frozen = detail::freeze<sizes>(Make{}());

 public:
  static constexpr const auto& complaint = frozen.first;
  static constexpr const auto& graph = frozen.second;
};

}  // namespace ctnn
