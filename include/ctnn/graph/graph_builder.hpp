#pragma once
#include <bit>
#include <ctnn/graph/graph.hpp>
#include <initializer_list>
#include <utility>

namespace ctnn {

class GraphBuilder;

namespace ops {
/// Brings the functions of this namespace to a Value by its base: those whose names are layers too (relu,
/// tanh, …) can't stand beside the layers' objects.
struct Functions {
  friend constexpr bool operator==(const Functions&, const Functions&) = default;
};
}  // namespace ops

/// A handle to a node under construction: what layers and derivative rules compute with. A default one is
/// absent, which derivative rules read as zero.
struct Value : ops::Functions {
  GraphBuilder* builder = nullptr;
  NodeId id = no_node;

  constexpr Value() = default;
  constexpr Value(GraphBuilder* owner, NodeId node) : builder(owner), id(node) {}

  constexpr explicit operator bool() const { return id != no_node; }
  constexpr const Node& node() const;
  /// A copy: a reference to a node does not outlive the next application.
  constexpr Extents shape() const { return node().shape; }
  constexpr bool is(const Primitive& primitive) const { return node().primitive == &primitive; }
  constexpr std::size_t operand_count() const { return node().operand_count; }
  constexpr Value operand(std::size_t i) const;
  friend constexpr bool operator==(const Value&, const Value&) = default;
};

/// Whether a builder simplifies what it is given, or records it to the letter (for tests).
enum class Simplify : bool { no, yes };

/// Builds a graph node by node. Every application is simplified, and equal applications are one node, so that
/// whatever is built twice, in whichever way it was written, is computed once.
class GraphBuilder {
 public:
  constexpr explicit GraphBuilder(Simplify simplify = Simplify::yes) : simplify_(simplify) { rehash(); }
  constexpr explicit GraphBuilder(GraphView start, Simplify simplify = Simplify::yes) : simplify_(simplify) {
    graph_.nodes.assign(start.nodes.begin(), start.nodes.end());
    graph_.operand_ids.assign(start.operand_ids.begin(), start.operand_ids.end());
    graph_.outputs.assign(start.outputs.begin(), start.outputs.end());
    for (std::size_t i = 0; i < start.nodes.size(); ++i) simpler_.push_back(static_cast<NodeId>(i));
    rehash();
  }
  GraphBuilder(const GraphBuilder&) = delete;
  GraphBuilder& operator=(const GraphBuilder&) = delete;

  constexpr const Graph& graph() const { return graph_; }
  constexpr Graph& graph() { return graph_; }
  constexpr const Node& node(NodeId id) const { return graph_.nodes[static_cast<std::size_t>(id)]; }
  constexpr Value value(NodeId id) { return {this, id}; }
  constexpr std::size_t size() const { return graph_.nodes.size(); }

  /// `primitive` applied to `operands`; its shape rule decides the result. A misfit becomes the builder's
  /// error.
  constexpr Value apply(const Primitive& primitive, std::span<const Value> operands,
                        const Attributes& attributes = {}) {
    Signature signature;
    for (const Value& operand : operands) {
      if (!operand) return {};
      signature.types[signature.operand_count] = operand.node().type;
      signature.operands[signature.operand_count++] = operand.shape();
    }
    signature.attributes = attributes;
    Text complaint;
    const ResultType result = primitive.shape(signature, complaint);
    if (!complaint.empty()) return fail(operands.front(), complaint);
    return append(primitive, operands, attributes, result);
  }
  constexpr Value apply(const Primitive& primitive, std::initializer_list<Value> operands,
                        const Attributes& attributes = {}) {
    return apply(primitive, std::span<const Value>(operands.begin(), operands.size()), attributes);
  }

  /// A source node: nothing to infer, nothing to simplify.
  constexpr Value source(const Primitive& primitive, const ResultType& result, const Attributes& attributes) {
    return append(primitive, {}, attributes, result);
  }

  constexpr void output(Value value, Binding binding) { graph_.outputs.push_back({value.id, binding}); }

  /// Records the first mistake and goes on with `instead`, so that one mistake gives one message.
  constexpr Value fail(Value instead, std::string_view message) {
    if (error_.empty()) {
      error_ += context_;
      if (!context_.empty()) error_ += " ";
      error_ += message;
    }
    return instead;
  }
  constexpr const Text& error() const { return error_; }
  /// What is being built, as errors name it: `layer 5 (Linear<10>)`.
  constexpr void set_context(std::string_view context) { context_ = Text(context); }
  constexpr const Text& context() const { return context_; }

 private:
  constexpr Value append(const Primitive& primitive, std::span<const Value> operands,
                         const Attributes& attributes, const ResultType& result) {
    std::vector<NodeId> ids;
    for (const Value& operand : operands) ids.push_back(operand.id);
    if (primitive.commutative && ids[0] > ids[1]) std::swap(ids[0], ids[1]);

    std::size_t bucket = hash_of(primitive, ids, attributes, result.shape) & (buckets_.size() - 1);
    if (simplify_ == Simplify::yes)
      for (; buckets_[bucket] != no_node; bucket = (bucket + 1) & (buckets_.size() - 1))
        if (equal(node(buckets_[bucket]), primitive, ids, attributes, result))
          return value(simpler_[static_cast<std::size_t>(buckets_[bucket])]);

    const NodeId id = static_cast<NodeId>(size());
    graph_.nodes.push_back({&primitive, result.shape, result.type,
                            static_cast<std::uint32_t>(graph_.operand_ids.size()),
                            static_cast<std::uint32_t>(ids.size()), attributes});
    graph_.operand_ids.insert(graph_.operand_ids.end(), ids.begin(), ids.end());
    simpler_.push_back(id);
    if (simplify_ == Simplify::no) return value(id);
    buckets_[bucket] = id;
    if (2 * size() > buckets_.size()) rehash();
    if (primitive.simplify != nullptr) {
      std::vector<Value> arguments;
      for (NodeId operand : ids) arguments.push_back(value(operand));
      if (const Value simpler = primitive.simplify({value(id), arguments, attributes}))
        simpler_[static_cast<std::size_t>(id)] = simpler.id;
    }
    return value(simpler_[static_cast<std::size_t>(id)]);
  }

  static constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
    return (hash ^ word) * 0x9E3779B97F4A7C15u ^ (hash >> 29);
  }
  static constexpr std::uint64_t hash_of(const Primitive& primitive, std::span<const NodeId> operands,
                                         const Attributes& attributes, const Extents& shape) {
    std::uint64_t hash = primitive.hash;
    for (NodeId id : operands) hash = mix(hash, static_cast<std::uint64_t>(id));
    for (std::size_t i = 0; i < shape.rank; ++i) hash = mix(hash, shape[i]);
    if (primitive.kind != Kind::elementwise) {
      for (std::size_t integer : attributes.integers) hash = mix(hash, integer);
      hash = mix(hash, std::bit_cast<std::uint64_t>(attributes.scalar));
    }
    return hash ^ (hash >> 32);
  }
  constexpr bool equal(const Node& node, const Primitive& primitive, std::span<const NodeId> operands,
                       const Attributes& attributes, const ResultType& result) const {
    return node.primitive == &primitive && node.shape == result.shape && node.type == result.type &&
           std::ranges::equal(graph_.view().operands(node), operands) &&
           std::ranges::equal(node.attributes.integers, attributes.integers) &&
           std::bit_cast<std::uint64_t>(node.attributes.scalar) ==
               std::bit_cast<std::uint64_t>(attributes.scalar);
  }
  constexpr void rehash() {
    buckets_.assign(std::bit_ceil(4 * size() + 64), no_node);
    for (std::size_t i = 0; i < size(); ++i) {
      const Node& n = graph_.nodes[i];
      std::size_t bucket =
          hash_of(*n.primitive, graph_.view().operands(n), n.attributes, n.shape) & (buckets_.size() - 1);
      while (buckets_[bucket] != no_node) bucket = (bucket + 1) & (buckets_.size() - 1);
      buckets_[bucket] = static_cast<NodeId>(i);
    }
  }

  Graph graph_;
  Simplify simplify_;
  std::vector<NodeId> simpler_;
  std::vector<NodeId> buckets_;
  Text error_, context_;
};

constexpr const Node& Value::node() const {
  return builder->node(id);
}
constexpr Value Value::operand(std::size_t i) const {
  return builder->value(builder->graph().operand_ids[node().first_operand + i]);
}

}  // namespace ctnn
