#pragma once
#include <array>
#include <ctnn/formula/variable.hpp>
#include <ctnn/graph/checked_graph.hpp>

namespace ctnn::formula {

template <class... V>
constexpr std::array<RuleKey, sizeof...(V)> keys_of(boost::mp11::mp_list<V...>) {
  return {&rule<V>...};
}

/// What a call computes, as a graph. R gives
///   variables, a list: the i-th is bound to block 1 + i, the formulas' numbers to the block after the last;
///   outputs, how many values are computed: output i goes to the i-th block after that of the numbers;
///   build(lowering, results), which writes those values to results.
template <class R>
struct MakeRoutine {
  static constexpr auto keys = keys_of(typename R::variables{});

  constexpr CheckedGraph operator()() const {
    GraphBuilder builder;
    Lowering lowering(builder, keys, nullptr);
    std::array<Value, R::outputs> results;
    R::build(lowering, results.data());
    for (std::size_t i = 0; i < R::outputs; ++i) {
      // A mistake leaves numbers, so that nothing else complains of it.
      if (!builder.error().empty()) results[i] = constant(builder, 0, {});
      builder.output(results[i], {keys.size() + 2 + i, 0});
    }
    Graph graph = lowering.finished();
    return {std::move(graph), Text(builder.error())};
  }
};
template <class R>
struct Routine : FrozenCheckedGraph<MakeRoutine<R>> {
  static constexpr std::size_t constants_block = MakeRoutine<R>::keys.size() + 1;
  static constexpr std::size_t first_output_block = constants_block + 1, outputs = R::outputs;
  static constexpr std::size_t blocks = first_output_block + outputs;

  static constexpr const Extents& output_shape(std::size_t i) {
    return Routine::graph.view()[Routine::graph.outputs[i].node].shape;
  }
};

}  // namespace ctnn::formula
