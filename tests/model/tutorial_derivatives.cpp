#include <ctnn/graph/jvp.hpp>

#include "networks.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

using Net = Tutorial<double>;
constexpr std::size_t batch = 4;

/// Of central differences, along directions of elements in ±1. Ten times as far, some unit's ReLU or
/// max-pool changes its mind; ten times as near, the loss's rounding shows.
constexpr double step = 3e-7;

/// The Hessian of the loss by all parameters times a direction, which comes in block::predictions.
struct HessianProduct {
  static constexpr auto graph = freeze_graph([] {
    const auto lowered =
        detail::lower_loss<TutorialLayers, CrossEntropy>(Net::input_extents, batch, Mode::train);
    GraphBuilder builder(lowered.graph.view());
    std::vector<Value> parameters, directions;
    const std::size_t size = builder.size();
    for (std::size_t i = 0; i < size; ++i) {
      const Node node = builder.graph().nodes[i];
      if (node.primitive != &primitive::input || node.attributes.integers[0] != block::parameters) continue;
      parameters.push_back(builder.value(static_cast<NodeId>(i)));
      directions.push_back(input(builder, node.shape, {block::predictions, node.attributes.integers[1]}));
    }
    const Value loss = builder.value(builder.graph().outputs[0].node);
    const std::vector<Value> gradients = gradient(loss, parameters);
    const std::vector<Value> products = jvp(gradients, parameters, directions);
    builder.graph().outputs.clear();
    for (std::size_t i = 0; i < parameters.size(); ++i)
      builder.output(products[i], {block::gradients, parameters[i].node().attributes.integers[1]});
    return remove_dead(builder.graph().view());
  });
};

/// The loss near the parameters of the tests, along a direction.
struct Surface {
  Net model;
  std::vector<double> images = tutorial_images<double>();
  std::vector<double> start;
  LossGradient<Net, CrossEntropy, batch> gradient;

  Surface() {
    fill_parameters(model);
    start.assign(model.parameters().begin(), model.parameters().end());
  }
  /// At start + distance · along; the gradient there is then in `gradient`.
  double operator()(double distance, const std::vector<double>& along) {
    for (std::size_t i = 0; i < start.size(); ++i) model.parameters()[i] = start[i] + distance * along[i];
    return gradient(model, images.data(), tutorial_labels.data());
  }
  std::vector<double> gradient_at(double distance, const std::vector<double>& along) {
    (*this)(distance, along);
    return {gradient.gradients().begin(), gradient.gradients().end()};
  }
};

std::vector<double> direction(std::size_t stream) {
  return numbers<double>(Net::parameter_elements, stream, 2.0);
}

}  // namespace

TEST_CASE("the tutorial network's gradient is the slope of its loss", "[model]") {
  Surface loss;
  const auto gradient = loss.gradient_at(0, loss.start);
  for (std::size_t k = 0; k < 10; ++k) {
    const auto along = direction(300 + k);
    double slope = 0;
    for (std::size_t i = 0; i < along.size(); ++i) slope += gradient[i] * along[i];
    const double difference = (loss(step, along) - loss(-step, along)) / (2 * step);
    CHECK(std::abs(difference - slope) / std::abs(slope) <= 1e-7);
  }
}

TEST_CASE("the tutorial network's Hessian products are differences of its gradient", "[model]") {
  using Run = Program<HessianProduct, double>;
  Surface loss;
  const std::vector<double> weights(batch, 1.0);
  AlignedBuffer<std::byte> workspace(Run::workspace_bytes);
  for (std::size_t k = 0; k < 3; ++k) {
    const auto along = direction(400 + k);
    AlignedBuffer<double> product(Net::parameter_elements);
    loss(0, along);
    Blocks blocks = loss.model.bind();
    blocks.bind(block::arena, workspace.data());
    blocks.bind(block::input, loss.images.data());
    blocks.bind(block::target, tutorial_labels.data());
    blocks.bind(block::sample_weights, weights.data());
    blocks.bind(block::predictions, along.data());
    blocks.bind(block::gradients, product.data());
    Run::run(blocks);

    auto difference = loss.gradient_at(step, along);
    const auto before = loss.gradient_at(-step, along);
    for (std::size_t i = 0; i < difference.size(); ++i)
      difference[i] = (difference[i] - before[i]) / (2 * step);
    CHECK(relative_error<double>(product.span(), difference) <= 1e-5);
  }
}
