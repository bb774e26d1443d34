#include <catch2/catch.hpp>
#include <ctnn/formula.hpp>
#include <ctnn/inspect/formula_dot.hpp>
#include <ctnn/losses/cross_entropy.hpp>
#include <ctnn/train/training_graph.hpp>
#include <inspect/networks.hpp>
#include <sstream>

namespace {

using namespace ctnn;

std::string dot(GraphView graph) {
  std::ostringstream out;
  to_dot(graph, out);
  return out.str();
}

std::size_t count(const std::string& text, const std::string& words) {
  std::size_t found = 0;
  for (std::size_t at = text.find(words); at != text.npos; at = text.find(words, at + 1)) ++found;
  return found;
}

TEST_CASE("a graph's drawing has every node, edge and output") {
  const GraphView graph = Tutorial::network::graph.view();
  const std::string text = dot(graph);
  CHECK(text.rfind("digraph {\n", 0) == 0);
  CHECK(text.substr(text.size() - 2) == "}\n");
  CHECK(count(text, "fillcolor=") == graph.size());
  CHECK(count(text, " -> ") == graph.operand_ids.size() + graph.outputs.size());
  CHECK(text.find("[label=\"convolution\\n[1, 6, 28, 28]\\n5 5 1 1") != text.npos);
  CHECK(text.find("[label=\"input\\n[1, 3, 32, 32]\\ninput\"") != text.npos);
  CHECK(text.find("[label=\"input\\n[6, 3, 5, 5]\\nparameters\"") != text.npos);
  CHECK(text.find("[label=\"reshape\\n[1, 400]\", ") != text.npos);
  CHECK(count(text, "label=\"output\"]") == 1);
}

TEST_CASE("a training graph's drawing has integer labels and gradients") {
  const std::string text = dot(TrainingGraph<Nested, CrossEntropy, 2>::graph.view());
  CHECK(text.find("[2] index\\ntarget\"") != text.npos);
  CHECK(count(text, "label=\"gradients") == Nested::network::lowered.parameters.size());
}

TEST_CASE("an empty graph is drawn") {
  CHECK(dot(GraphView{}).rfind("digraph {\n", 0) == 0);
}

TEST_CASE("a formula is drawn as it is written, and simplified") {
  constexpr Variable<"rate"> rate;
  constexpr auto slope = derivative(exp(rate) + exp(rate) * 1, rate);
  std::ostringstream written, simplified;
  to_dot(slope, written, Simplify::no);
  to_dot(slope, simplified);
  CHECK(count(simplified.str(), "[label=\"exp") == 1);
  CHECK(count(simplified.str(), "[label=\"input\\n[]\\nrate\"") == 1);
  CHECK(count(simplified.str(), "label=\"result\"]") == 1);
  CHECK(count(written.str(), "fillcolor=") > count(simplified.str(), "fillcolor="));
  CHECK(count(written.str(), "[label=\"multiply") > 1);
}

}  // namespace
