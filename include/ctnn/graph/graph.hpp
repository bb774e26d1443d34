#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <ctnn/core/freeze.hpp>
#include <ctnn/core/list.hpp>
#include <ctnn/graph/primitive.hpp>
#include <span>
#include <vector>

namespace ctnn {

/// A node's place in its graph.
using NodeId = std::int32_t;
inline constexpr NodeId no_node = -1;

/// One truth value per node.
using Flags = List<char>;

/// One value of the graph: a primitive applied to earlier nodes.
struct Node {
  const Primitive* primitive = nullptr;
  Extents shape{};
  ElementType type = ElementType::real;
  std::uint32_t first_operand = 0;
  std::uint32_t operand_count = 0;
  Attributes attributes{};
};

/// Where a value lives outside the arena: a block that the caller binds, and the element it starts at.
struct Binding {
  std::size_t block = 0, offset = 0;
  friend constexpr bool operator==(const Binding&, const Binding&) = default;
};

/// The blocks that a network's programs bind. Block 0 is the program's own arena; the last two are for graphs
/// in phases.
namespace block {
inline constexpr std::size_t arena = 0, parameters = 1, states = 2, input = 3, target = 4, sample_weights = 5,
                             output = 6, losses = 7, predictions = 8, gradients = 9, packed = 10,
                             exchange = 11, first_exchange = 12, count = 13;
}

/// A value that the caller wants, and where it is to be written.
struct Output {
  NodeId node = no_node;
  Binding binding{};
};

/// A read-only graph, wherever its arrays live. Spans are made of addresses and sizes: from a list or an
/// array they would cost g++ 12 some 10 ms for each type of it.
struct GraphView {
  std::span<const Node> nodes;
  std::span<const NodeId> operand_ids;
  std::span<const Output> outputs;

  constexpr std::size_t size() const { return nodes.size(); }
  constexpr const Node& operator[](NodeId id) const { return nodes[static_cast<std::size_t>(id)]; }
  constexpr std::span<const NodeId> operands(const Node& node) const {
    return operand_ids.subspan(node.first_operand, node.operand_count);
  }
  constexpr Signature signature(const Node& node) const {
    Signature result;
    for (NodeId id : operands(node)) {
      result.types[result.operand_count] = (*this)[id].type;
      result.operands[result.operand_count++] = (*this)[id].shape;
    }
    result.result = node.shape;
    result.attributes = node.attributes;
    return result;
  }
};

/// A graph under construction: nodes in topological order.
struct Graph {
  List<Node> nodes;
  List<NodeId> operand_ids;
  List<Output> outputs;

  constexpr Graph() = default;
  constexpr explicit Graph(GraphView copied) {
    nodes.append(copied.nodes);
    operand_ids.append(copied.operand_ids);
    outputs.append(copied.outputs);
  }
  constexpr GraphView view() const {
    return {{nodes.data(), nodes.size()},
            {operand_ids.data(), operand_ids.size()},
            {outputs.data(), outputs.size()}};
  }

  struct Sizes {
    std::size_t nodes, operands, outputs;

    constexpr bool fit_in(const Sizes& room) const {
      return nodes <= room.nodes && operands <= room.operands && outputs <= room.outputs;
    }
  };
  constexpr Sizes sizes() const { return {nodes.size(), operand_ids.size(), outputs.size()}; }
};

/// A finished graph, as a constexpr variable holds it: S is its Graph::Sizes.
template <auto S>
struct FixedGraph {
  std::array<Node, S.nodes> nodes{};
  std::array<NodeId, S.operands> operand_ids{};
  std::array<Output, S.outputs> outputs{};

  constexpr explicit FixedGraph(const auto& graph) {
    copy_fitting(graph.nodes, nodes);
    copy_fitting(graph.operand_ids, operand_ids);
    copy_fitting(graph.outputs, outputs);
  }
  constexpr GraphView view() const {
    return {{nodes.data(), S.nodes}, {operand_ids.data(), S.operands}, {outputs.data(), S.outputs}};
  }
};

/// What most graphs fit in.
inline constexpr Graph::Sizes common_room{512, 1024, 64};

/// Runs `make`, a captureless function object that returns a Graph, while compiling, and keeps its result.
template <Graph::Sizes Room = common_room, class Make>
consteval auto freeze_graph(Make) {
  return Frozen<Make, FixedGraph, Room>::value;
}

}  // namespace ctnn
