#pragma once
#include <ctnn/graph/simplify.hpp>
#include <ctnn/ops/storage.hpp>

namespace ctnn {

/// `graph` with every output in memory of its own, and every constant that a kernel reads filled in: what
/// fusion and the memory plan take for granted. New states are copied last, after every reader of the old
/// ones.
constexpr Graph with_storage(GraphView graph) {
  Graph result = remove_dead(graph);
  const auto node = [&](NodeId id) -> Node& { return result.nodes[static_cast<std::size_t>(id)]; };
  const auto fill = [&](NodeId id) {
    if (node(id).primitive == &primitive::constant) node(id).primitive = &primitive::fill;
  };
  for (const Node& reader : result.nodes)
    if (reader.primitive->kind != Kind::elementwise)
      for (std::size_t k = 0; k < reader.operand_count; ++k)
        fill(result.operand_ids[reader.first_operand + k]);

  std::vector<NodeId> taken;
  for (Output& output : result.outputs) {
    fill(output.node);
    NodeId owner = output.node;
    while (node(owner).primitive->kind == Kind::view) owner = result.operand_ids[node(owner).first_operand];
    const bool elsewhere = node(owner).primitive->kind == Kind::source ||
                           output.binding.block == block::states ||
                           std::ranges::find(taken, owner) != taken.end();
    if (elsewhere) {
      const Node& source = node(output.node);
      const Node copy{&primitive::copy,
                      source.shape,
                      source.type,
                      static_cast<std::uint32_t>(result.operand_ids.size()),
                      1,
                      {}};
      result.operand_ids.push_back(output.node);
      result.nodes.push_back(copy);
      output.node = owner = static_cast<NodeId>(result.nodes.size() - 1);
    }
    taken.push_back(owner);
  }
  return result;
}

}  // namespace ctnn
