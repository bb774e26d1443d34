#include <catch2/catch.hpp>
#include <ctnn/core/random.hpp>
#include <ctnn/graph/fuse.hpp>
#include <ctnn/graph/phases.hpp>
#include <ctnn/graph/storage.hpp>
#include <ctnn/ops.hpp>
#include <map>

using namespace ctnn;

namespace {

constexpr std::size_t chunks = 3, elements = 3, inputs = 4, states = 2;

/// What three chunks compute, each node in all of them before the next one. Returns the values of the outputs
/// in each chunk.
class Chunks {
 public:
  Chunks(GraphView graph, std::uint64_t seed)
      : graph_(graph), exchange_(chunks * exchange_elements(graph, states * 16)) {
    Random random(Seed{seed});
    for (std::size_t i = 0; i < chunks * inputs * elements; ++i)
      numbers_.push_back(random.uniform(-1.0, 1.0));
    for (std::size_t c = 0; c < chunks; ++c) values_[c].resize(graph.size());
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const auto id = static_cast<NodeId>(i);
      for (std::size_t c = 0; c < chunks; ++c) values_[c][i] = compute(id, c);
      if (graph_[id].primitive == &primitive::all_reduce && graph_[id].attributes.integers[1] == 0)
        for (std::size_t c = 0; c < chunks; ++c) values_[c][i] = total(graph_.operands(graph_[id])[0]);
      for (const auto& [node, binding] : graph.outputs)
        if (node == id && binding.block == block::exchange)
          for (std::size_t c = 0; c < chunks; ++c)
            std::ranges::copy(values_[c][i], exchange_.data() + c * stride() + binding.offset);
    }
  }
  const std::vector<double>& output(std::size_t i, std::size_t chunk) const {
    return values_[chunk][static_cast<std::size_t>(graph_.outputs[i].node)];
  }

 private:
  std::size_t stride() const { return exchange_.size() / chunks; }
  const double* bound(std::size_t block, std::size_t offset, std::size_t chunk) const {
    if (block == block::first_exchange) return exchange_.data() + offset;
    // The states are the same for all.
    return numbers_.data() + offset + (block == block::input ? chunk * inputs * elements : 0);
  }
  std::vector<double> compute(NodeId id, std::size_t chunk) {
    const Node& node = graph_[id];
    const auto* integers = node.attributes.integers;
    std::vector<double> result(node.shape.elements(), node.attributes.scalar);
    if (node.primitive == &primitive::input) {
      std::copy_n(bound(integers[0], integers[1], chunk), result.size(), result.begin());
    } else if (node.operand_count > 0) {
      const double* operands[Signature::max_operands]{};
      for (std::size_t k = 0; k < node.operand_count; ++k) {
        const NodeId operand = graph_.operands(node)[k];
        operands[k] = values_[chunk][static_cast<std::size_t>(operand)].data();
        // Once bound, it reads the other chunks' behind the first one's.
        if (graph_[operand].primitive == &primitive::input &&
            graph_[operand].attributes.integers[0] == block::first_exchange)
          operands[k] = exchange_.data() + graph_[operand].attributes.integers[1];
      }
      node.primitive->evaluate(graph_.signature(node), operands, result.data());
    }
    return result;
  }
  std::vector<double> total(NodeId id) const {
    std::vector<double> result = values_[0][static_cast<std::size_t>(id)];
    for (std::size_t c = 1; c < chunks; ++c)
      for (std::size_t i = 0; i < result.size(); ++i)
        result[i] += values_[c][static_cast<std::size_t>(id)][i];
    return result;
  }

  GraphView graph_;
  std::vector<double> exchange_, numbers_;
  std::vector<std::vector<double>> values_[chunks];
};

/// Some elementwise work, views, sums over all chunks and new states, in any order.
Graph random_chunk(std::uint64_t seed) {
  Random random(Seed{seed});
  GraphBuilder builder;
  const Extents flat{elements}, column{elements, 1};
  std::vector<Value> values;
  for (std::size_t i = 0; i < inputs; ++i)
    values.push_back(input(builder, flat, {block::input, i * elements}));
  values.push_back(input(builder, flat, {block::states, 0}));
  const auto any = [&] { return values[random.below(values.size())]; };
  for (std::size_t i = 0; i < 20 + random.below(20); ++i) {
    const Value x = any(), y = any();
    switch (random.below(6)) {
      case 0:
      case 1:
        values.push_back(all_reduce(x, chunks));
        break;
      case 2:
        values.push_back(reshape(tanh(reshape(x, column)), flat));
        break;
      case 3:
        values.push_back(stop_gradient(x));
        break;
      case 4:
        values.push_back(x + y);
        break;
      default:
        values.push_back(x * y);
    }
  }
  for (std::size_t i = 0; i < 4; ++i) builder.output(any(), {block::output, i * elements});
  for (std::size_t i = 0; i < states; ++i) builder.output(all_reduce(any(), chunks), {block::states, i * 16});
  return remove_dead(builder.graph().view());
}

}  // namespace

TEST_CASE("a graph in phases computes what it did, one phase after the other", "[graph]") {
  std::size_t most = 0, shared = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    const Graph graph = random_chunk(seed), phased = in_phases(graph.view(), states * 16);
    const Chunks expected(graph.view(), seed), actual(phased.view(), seed);
    const std::size_t first = phased.outputs.size() - graph.outputs.size();
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
      const Binding was = graph.outputs[i].binding, is = phased.outputs[first + i].binding;
      CHECK(is == Binding{was.block == block::states ? block::exchange : was.block, was.offset});
      for (std::size_t c = 0; c < chunks; ++c) CHECK(actual.output(first + i, c) == expected.output(i, c));
    }

    // In the order in which kernels run, what a phase adds up is there when it begins.
    const Graph stored = with_storage(phased.view());
    const Schedule schedule = fuse(stored.view());
    std::map<std::size_t, std::size_t> written;
    std::size_t phase = 0;
    for (const Step& step : schedule.steps) {
      if (step.root != no_node && stored.view()[step.root].primitive == &primitive::all_reduce) {
        const Node& node = stored.view()[step.root];
        const Node& operand = stored.view()[stored.view().operands(node)[0]];
        REQUIRE(operand.attributes.integers[0] == block::first_exchange);
        REQUIRE(node.attributes.integers[detail::AllReduce::phase] >= phase);
        phase = node.attributes.integers[detail::AllReduce::phase];
        CHECK(node.attributes.integers[detail::AllReduce::stride] ==
              exchange_elements(stored.view(), states * 16));
        const auto place = written.find(operand.attributes.integers[1]);
        REQUIRE(place != written.end());
        CHECK(place->second < phase);
      }
      for (std::size_t o = 0; o < step.outputs; ++o)
        for (const auto& [node, binding] : stored.outputs)
          if (node == schedule.outputs[step.first_output + o].node && binding.block == block::exchange) {
            CHECK((binding.offset >= states * 16 || binding.offset % 16 == 0));
            CHECK(written.emplace(binding.offset, phase).second);
          }
    }
    most = std::max(most, phase);
    shared += first;
  }
  CHECK(most >= 3);
  CHECK(shared > 300);
}

TEST_CASE("sums of one depth begin one phase, and others wait for none", "[graph]") {
  GraphBuilder builder;
  const Value x = input(builder, {3}, {block::input, 0}), y = input(builder, {3}, {block::input, 3});
  const Value a = all_reduce(exp(x), chunks), b = all_reduce(a * x, chunks);
  // Written behind b, but as deep as a.
  const Value c = all_reduce(exp(y), chunks), late = exp(x * y);
  builder.output(b + c + late, {block::output, 0});
  const auto phases = detail::phases_of(builder.graph().view());
  const auto phase = [&](Value value) { return phases[static_cast<std::size_t>(value.id)]; };
  CHECK(phase(a) == 1);
  CHECK(phase(a.operand(0)) == 0);
  CHECK(phase(b) == 2);
  CHECK(phase(c.operand(0)) == 0);
  CHECK(phase(late) == 2);
  CHECK(*std::ranges::max_element(phases) == 2);
}
