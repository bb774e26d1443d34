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
  constexpr explicit GraphBuilder(GraphView start, Simplify simplify = Simplify::yes)
      : graph_(start), simplify_(simplify) {
    for (std::size_t i = 0; i < start.nodes.size(); ++i) {
      const Node& node = start.nodes[i];
      NodeId ids[Signature::max_operands]{};
      for (std::size_t k = 0; k < node.operand_count; ++k) ids[k] = start.operand_ids[node.first_operand + k];
      known_.push_back({hash_of(*node.primitive, ids, node.attributes, node.shape), static_cast<NodeId>(i)});
    }
    rehash();
  }
  GraphBuilder(const GraphBuilder&) = delete;
  GraphBuilder& operator=(const GraphBuilder&) = delete;

  constexpr const Graph& graph() const { return graph_; }
  constexpr Graph& graph() { return graph_; }
  constexpr const Node& node(NodeId id) const { return nodes_[id]; }
  constexpr Value value(NodeId id) { return {this, id}; }
  constexpr std::size_t size() const { return graph_.nodes.size(); }

  /// `primitive` applied to `operands`; its shape rule decides the result. A misfit becomes the builder's
  /// error.
  constexpr Value apply(const Primitive& primitive, std::span<const Value> operands,
                        const Attributes& attributes = {}) {
    if (primitive.kind == Kind::elementwise) return apply_to_elements(primitive, operands, attributes);
    Signature signature;
    signature.operand_count = operands.size();
    bool refused = false;
    const Value* const operand = operands.data();
    for (std::size_t i = 0; i < signature.operand_count; ++i) {
      if (operand[i].id == no_node) return {};
      signature.types[i] = nodes_[operand[i].id].type;
      refused = refused || (signature.types[i] == ElementType::index && !primitive.takes_indices);
      signature.operands[i] = nodes_[operand[i].id].shape;
    }
    signature.attributes = attributes;
    if (refused) return refuse_indices(primitive, operands.front());
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
      if (describe_place_ != nullptr) error_ = join(describe_place_(*this), " ");
      error_ += message;
    }
    return instead;
  }
  constexpr const Text& error() const { return error_; }

 protected:
  /// Says what is being built, as errors name it: `layer 5 (Linear<10>)`.
  using DescribePlace = Text (*)(const GraphBuilder&);
  constexpr explicit GraphBuilder(DescribePlace describe_place) : GraphBuilder() {
    describe_place_ = describe_place;
  }

 private:
  // Everything below is written for few steps of constant evaluation per node: Clang allows about a million,
  // and one statement is a step.
  constexpr Value apply_to_elements(const Primitive& primitive, std::span<const Value> operands,
                                    const Attributes& attributes) {
    const Value* const operand = operands.data();
    const std::size_t count = operands.size();
    for (std::size_t i = 0; i < count; ++i)
      if (operand[i].id == no_node) return {};
    const Extents& shape = nodes_[operand[0].id].shape;
    for (std::size_t i = 0; i < count; ++i) {
      const Node& node = nodes_[operand[i].id];
      if (node.type == ElementType::index) return refuse_indices(primitive, operand[0]);
      if (i > 0 && !(node.shape == shape))
        return fail(operand[0], join("combines ", shape, " with ", node.shape));
    }
    return append(primitive, operands, attributes, {shape, primitive.type});
  }
  constexpr Value refuse_indices(const Primitive& primitive, Value instead) {
    return fail(instead, join("cannot apply ", primitive.name, " to indices: gather reads them"));
  }
  constexpr Value append(const Primitive& primitive, std::span<const Value> operands,
                         const Attributes& attributes, const ResultType& result) {
    NodeId ids[Signature::max_operands]{};
    const std::size_t count = operands.size();
    for (std::size_t i = 0; i < count; ++i) ids[i] = operands[i].id;
    if (primitive.commutative && ids[0] > ids[1]) std::swap(ids[0], ids[1]);

    const std::uint64_t hash = hash_of(primitive, ids, attributes, result.shape);
    std::size_t bucket = hash & (buckets_.size() - 1);
    if (simplify_ == Simplify::yes)
      for (; buckets_[bucket] != no_node; bucket = (bucket + 1) & (buckets_.size() - 1))
        if (equal(static_cast<std::size_t>(buckets_[bucket]), hash, primitive, ids, count, attributes,
                  result))
          return value(known_[static_cast<std::size_t>(buckets_[bucket])].simpler);

    const NodeId id = static_cast<NodeId>(size());
    graph_.nodes.push_back({&primitive, result.shape, result.type,
                            static_cast<std::uint32_t>(graph_.operand_ids.size()),
                            static_cast<std::uint32_t>(count), attributes});
    nodes_ = graph_.nodes.data();
    for (std::size_t i = 0; i < count; ++i) graph_.operand_ids.push_back(ids[i]);
    known_.push_back({hash, id});
    if (simplify_ == Simplify::no) return value(id);
    buckets_[bucket] = id;
    if (2 * size() > buckets_.size()) rehash();
    if (primitive.simplify != nullptr) {
      Value arguments[Signature::max_operands];
      for (std::size_t i = 0; i < count; ++i) arguments[i] = value(ids[i]);
      if (const Value simpler = primitive.simplify({value(id), {arguments, count}, attributes}))
        known_[static_cast<std::size_t>(id)].simpler = simpler.id;
    }
    return value(known_[static_cast<std::size_t>(id)].simpler);
  }

  static constexpr std::uint64_t hash_of(const Primitive& primitive, const NodeId* ids,
                                         const Attributes& attributes, const Extents& shape) {
    static_assert(Attributes::capacity == 12 && Signature::max_operands == 8 && max_rank == 6);
    // Operands say the shape of elementwise work, which has no attributes.
    if (primitive.kind == Kind::elementwise) {
      const std::uint64_t sum = primitive.hash + static_cast<std::uint64_t>(ids[0]) * 0x9E3779B97F4A7C15u +
                                static_cast<std::uint64_t>(ids[1]) * 0xC2B2AE3D27D4EB4Fu +
                                static_cast<std::uint64_t>(ids[2]) * 0x165667B19E3779F9u;
      return (sum ^ sum >> 29) * 0xBF58476D1CE4E5B9u >> 20;
    }
    const auto* a = attributes.integers;
    const auto* s = shape.axis;
    // Converted once: a call is a step for each of two thousand nodes.
    const std::uint64_t id[Signature::max_operands]{
        static_cast<std::uint64_t>(ids[0]), static_cast<std::uint64_t>(ids[1]),
        static_cast<std::uint64_t>(ids[2]), static_cast<std::uint64_t>(ids[3]),
        static_cast<std::uint64_t>(ids[4]), static_cast<std::uint64_t>(ids[5]),
        static_cast<std::uint64_t>(ids[6]), static_cast<std::uint64_t>(ids[7])};
    const std::uint64_t sum =
        primitive.hash + id[0] * 0x9E3779B97F4A7C15u + id[1] * 0xC2B2AE3D27D4EB4Fu +
        id[2] * 0x165667B19E3779F9u +
        (id[3] + 3 * id[4] + 5 * id[5] + 7 * id[6] + 11 * id[7]) * 0x27D4EB2F165667C5u +
        (s[0] + 131 * s[1] + 17161 * s[2] + 2248091 * s[3] + 294499921 * s[4] + 38579489651 * s[5]) *
            0x85EBCA77C2B2AE63u +
        (a[0] + 257 * a[1] + 66049 * a[2] + 16974593 * a[3] + 263 * a[4] + 69169 * a[5] + 18191447 * a[6] +
         269 * a[7] + 72361 * a[8] + 19465109 * a[9] + 271 * a[10] + 73441 * a[11]) *
            0xFF51AFD7ED558CCDu +
        std::bit_cast<std::uint64_t>(attributes.scalar) * 0xC4CEB9FE1A85EC53u;
    return (sum ^ sum >> 29) * 0xBF58476D1CE4E5B9u >> 20;
  }
  constexpr bool equal(std::size_t known, std::uint64_t hash, const Primitive& primitive, const NodeId* ids,
                       std::size_t count, const Attributes& attributes, const ResultType& result) const {
    if (known_[known].hash != hash) return false;
    const Node& node = graph_.nodes[known];
    if (node.primitive != &primitive || node.operand_count != count || node.type != result.type ||
        node.attributes.body != attributes.body)
      return false;
    for (std::size_t i = 0; i < count; ++i)
      if (graph_.operand_ids[node.first_operand + i] != ids[i]) return false;
    if (primitive.kind == Kind::elementwise) return true;
    for (std::size_t i = 0; i < Attributes::capacity; ++i)
      if (node.attributes.integers[i] != attributes.integers[i]) return false;
    return node.shape == result.shape && std::bit_cast<std::uint64_t>(node.attributes.scalar) ==
                                             std::bit_cast<std::uint64_t>(attributes.scalar);
  }
  constexpr void rehash() {
    const std::size_t mask = std::bit_ceil(4 * size() + 128) - 1;
    buckets_.assign(mask + 1, no_node);
    for (std::size_t i = 0, count = size(); i < count; ++i) {
      std::size_t bucket = known_[i].hash & mask;
      while (buckets_[bucket] != no_node) bucket = (bucket + 1) & mask;
      buckets_[bucket] = static_cast<NodeId>(i);
    }
    graph_.nodes.reserve(mask / 2 + 2);
    graph_.operand_ids.reserve(mask + 1);
    known_.reserve(mask / 2 + 2);
    nodes_ = graph_.nodes.data();
  }

  Graph graph_;
  const Node* nodes_ = nullptr;
  Simplify simplify_;
  DescribePlace describe_place_ = nullptr;
  /// A node's hash, and the equal node of least work.
  struct Known {
    std::uint64_t hash;
    NodeId simpler;
  };
  List<Known> known_;
  List<NodeId> buckets_;
  Text error_;
};

constexpr const Node& Value::node() const {
  return builder->node(id);
}
constexpr Value Value::operand(std::size_t i) const {
  return builder->value(builder->graph().operand_ids[node().first_operand + i]);
}

}  // namespace ctnn
