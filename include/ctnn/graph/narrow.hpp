#pragma once
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/narrow_weight.hpp>
#include <ctnn/ops/reduction.hpp>
#include <limits>

namespace ctnn::detail {

/// `weight` in words. Integers of 8 bits are those nearest to the weight over the channel's largest
/// magnitude / 127, for each channel along the last axis.
constexpr NarrowWeight narrow(Value weight, WeightFormat format) {
  Value scale;
  if (format == WeightFormat::int8) {
    scale = maximum(abs(weight), 0, weight.shape().rank - 1) / 127.0;
    // A channel of zeros stays one.
    weight = weight / maximum(scale, constant_like(scale, std::numeric_limits<float>::min()));
  }
  const Attributes attributes{.integers = {static_cast<std::size_t>(format)}};
  return {format, weight.builder->apply(primitive::pack_words, {weight}, attributes), scale};
}

/// `graph` with every weight that a primitive can read in words kept in them. `fixed` says which nodes are
/// known before the call.
constexpr Graph narrow_weights(GraphView graph, const Flags& fixed, WeightFormat format) {
  GraphBuilder builder;
  const std::vector<Value> renamed = replay(
      graph, builder, [](NodeId) { return Value{}; },
      [&](std::size_t i, Value value, const std::vector<Value>& operands) {
        const Node& node = graph.nodes[i];
        if (node.primitive->narrow == nullptr || fixed[i] ||
            !fixed[static_cast<std::size_t>(graph.operands(node)[1])])
          return value;
        const Application at{value, operands, node.attributes};
        const Value narrowed = node.primitive->narrow(at, narrow(operands[1], format));
        return narrowed ? narrowed : value;
      });
  for (const Output& output : graph.outputs)
    builder.output(renamed[static_cast<std::size_t>(output.node)], output.binding);
  return remove_dead(builder.graph().view());
}

}  // namespace ctnn::detail
