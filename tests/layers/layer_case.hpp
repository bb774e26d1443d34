#pragma once
#include <algorithm>
#include <ctnn/core/aligned_buffer.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/kernels/program.hpp>
#include <ctnn/layers.hpp>
#include <ctnn/model/network.hpp>
#include <type_traits>

#include "reference/reference.hpp"

namespace ctnn::test {

/// The layer L on two samples, and the products of an upstream vector with its Jacobians by the input and by
/// every parameter.
template <class L, class S, Mode M>
struct LayerGradient {
  static constexpr std::size_t batch = 2;
  static constexpr auto graph = freeze_graph([] {
    Builder builder(batch, M);
    const Value x = input(builder, batched(batch, S::extents), {block::input, 0});
    const Value y = builder.root<L>(x);
    const Value upstream = input(builder, y.shape(), {block::target, 0});
    std::vector<Value> inputs{x};
    for (std::size_t i = 0; i < builder.size(); ++i)
      if (builder.graph().nodes[i].primitive == &primitive::input &&
          builder.graph().nodes[i].attributes.integers[0] == block::parameters)
        inputs.push_back(builder.value(static_cast<NodeId>(i)));
    const std::vector<Value> gradients = vjp(std::span(&y, 1), std::span(&upstream, 1), inputs);
    builder.output(y, {block::output, 0});
    builder.output(gradients[0], {block::predictions, 0});
    for (std::size_t i = 1; i < inputs.size(); ++i)
      builder.output(gradients[i], {block::gradients, inputs[i].node().attributes.integers[1]});
    return remove_dead(builder.graph().view());
  });
};

template <class T, class L, class S, Mode M>
void check_layer_in(const Reference& reference, const std::string& name, double float_bound) {
  using Net = Network<L, S>;
  using Gradient = LayerGradient<L, S, M>;
  using Run = Program<Gradient, T>;
  const double bound = std::is_same_v<T, float> ? float_bound : 1e-14;
  INFO(name << " of " << sizeof(T) << " bytes");

  AlignedBuffer<T> parameters(Net::lowered.parameter_elements), gradients(Net::lowered.parameter_elements);
  std::vector<std::string> names;
  for (const TensorInfo& info : Net::lowered.parameters) {
    names.emplace_back(Net::lowered.text(info.name));
    fill(parameters.span().subspan(info.offset, info.shape.elements()), names.size(), 1.0);
  }
  AlignedBuffer<T> states(Net::lowered.state_elements);
  const auto state = [&](const TensorInfo& info) {
    return states.span().subspan(info.offset, info.shape.elements());
  };
  std::vector<std::string> buffers;
  Random unused{Seed{}};
  for (const TensorInfo& info : Net::lowered.states) {
    for (std::size_t i = 0; T & element : state(info))
      element = static_cast<T>(M == Mode::train ? info.draw(unused, info.fans)
                                                : 1 + number(i++, 70 + buffers.size(), 1.0));
    buffers.emplace_back(Net::lowered.text(info.name));
  }
  for (const Name& counter : Net::lowered.counters) buffers.emplace_back(Net::lowered.text(counter));
  std::ranges::sort(buffers);
  names.insert(names.end(), buffers.begin(), buffers.end());
  CHECK(names == reference.keys(name));
  const std::size_t outputs = Gradient::batch * Net::lowered.output.elements();
  const auto x = numbers<T>(Gradient::batch * S::elements, 0, 4.0);
  const auto upstream = numbers<T>(outputs, 50, 2.0);
  AlignedBuffer<T> y(outputs), input_gradient(x.size());
  AlignedBuffer<std::byte> workspace(Run::workspace_bytes);

  Blocks blocks;
  blocks.bind(block::arena, workspace.data());
  blocks.bind(block::parameters, parameters.data());
  blocks.bind(block::states, states.data());
  blocks.bind(block::input, x.data());
  blocks.bind(block::target, upstream.data());
  blocks.bind(block::output, y.data());
  blocks.bind(block::predictions, input_gradient.data());
  blocks.bind(block::gradients, gradients.data());
  Run::run(blocks);

  CHECK(relative_error<T>(y.span(), reference(name + "/output")) <= bound);
  CHECK(relative_error<T>(input_gradient.span(), reference(name + "/input")) <= bound);
  for (const TensorInfo& info : Net::lowered.parameters) {
    const std::string parameter(Net::lowered.text(info.name));
    INFO(parameter);
    CHECK(relative_error<T>(gradients.span().subspan(info.offset, info.shape.elements()),
                            reference(name + "/" + parameter)) <= bound);
  }
  for (const TensorInfo& info : Net::lowered.states) {
    const std::string buffer(Net::lowered.text(info.name));
    INFO(buffer);
    CHECK(relative_error<T>(state(info), reference(name + "/" + buffer)) <= bound);
  }
}

/// Checks output, gradients, states after the step, and the parameters' names and order against PyTorch, in
/// float and in double.
template <class L, class S, Mode M = Mode::train>
void check_layer(const std::string& name, double float_bound = 1e-6) {
  const Reference reference("layers");
  check_layer_in<float, L, S, M>(reference, name, float_bound);
  check_layer_in<double, L, S, M>(reference, name, float_bound);
}

}  // namespace ctnn::test
