#pragma once
#include <array>
#include <ctnn/core/message.hpp>
#include <ctnn/core/tensor.hpp>
#include <ctnn/graph/builder.hpp>
#include <ctnn/graph/simplify.hpp>
#include <utility>

namespace ctnn {

namespace detail {

template <class T, class S>
struct TensorTypes;
template <class T, std::size_t... Axes>
struct TensorTypes<T, Shape<Axes...>> {
  using tensor = Tensor<T, Axes...>;
  using view = TensorView<T, Axes...>;
  using const_view = TensorView<const T, Axes...>;
};

template <Extents E, class Indices>
struct ShapeFrom;
template <Extents E, std::size_t... I>
struct ShapeFrom<E, std::index_sequence<I...>> {
  using type = Shape<E[I]...>;
};

/// What lowering a network gives.
struct Lowered {
  Graph graph;
  NetworkInfo info;
  Extents output;
  Text complaint;

  struct Sizes {
    Graph::Sizes graph;
    std::size_t names, parameters, states, counters, layers, complaint;
  };
  constexpr Sizes sizes() const {
    return {graph.sizes(),        info.names.size(),  info.parameters.size(), info.states.size(),
            info.counters.size(), info.layers.size(), complaint.size()};
  }
};

/// What is known of a network at run time: apart from its graph, whose passes would else be compiled into
/// programs.
template <Lowered::Sizes S>
struct FixedNetwork {
  std::array<char, S.names> names{};
  std::array<TensorInfo, S.parameters> parameters{};
  std::array<TensorInfo, S.states> states{};
  std::array<Name, S.counters> counters{};
  std::array<LayerInfo, S.layers> layers{};
  std::size_t parameter_elements, state_elements;
  Extents output;
  FixedText<S.complaint> complaint;

  constexpr explicit FixedNetwork(const Lowered& from)
      : parameter_elements(from.info.parameter_elements),
        state_elements(from.info.state_elements),
        output(from.output),
        complaint(from.complaint) {
    std::ranges::copy(from.info.names, names.begin());
    std::ranges::copy(from.info.parameters, parameters.begin());
    std::ranges::copy(from.info.states, states.begin());
    std::ranges::copy(from.info.counters, counters.begin());
    std::ranges::copy(from.info.layers, layers.begin());
  }
  constexpr std::string_view text(Name name) const { return {names.data() + name.begin, name.size}; }
};

template <class L>
constexpr Lowered lower(const Extents& sample, std::size_t batch) {
  Builder builder(batch, Mode::evaluate);
  const Value x = input(builder, batched(batch, sample), {block::input, 0});
  const Value y = builder.root<L>(x);
  builder.output(y, {block::output, 0});
  return {remove_dead(builder.graph().view()), builder.info(), tail(y.shape(), 1), builder.error()};
}

}  // namespace detail

/// The shape of an Extents value as a type.
template <Extents E>
using shape_of = typename detail::ShapeFrom<E, std::make_index_sequence<E.rank>>::type;
template <class T, class S>
using tensor_of = typename detail::TensorTypes<T, S>::tensor;
template <class T, class S>
using view_of = typename detail::TensorTypes<T, S>::view;

/// The layer L over samples of shape S, lowered for evaluation: its graph for one sample, its parameters, its
/// layers.
template <Layer L, class S>
struct Network {
 private:
  static constexpr auto frozen = [] {
    constexpr auto sizes = detail::lower<L>(S::extents, 1).sizes();
    const detail::Lowered result = detail::lower<L>(S::extents, 1);
    return std::pair(detail::FixedNetwork<sizes>(result), FixedGraph<sizes.graph>(result.graph));
  }();

 public:
  static constexpr auto lowered = frozen.first;
  static constexpr auto graph = frozen.second;
  static constexpr const auto& complaint = lowered.complaint;
};

/// Evaluation of Batch samples at once.
template <Layer L, class S, std::size_t Batch>
struct Evaluation {
  static constexpr auto graph = freeze_graph([] { return detail::lower<L>(S::extents, Batch).graph; });
};
template <Layer L, class S>
struct Evaluation<L, S, 1> {
  static constexpr const auto& graph = Network<L, S>::graph;
};

/// Whether the layer L accepts samples of shape S.
template <class L, class S>
inline constexpr bool fits = Network<L, S>::complaint.size() == 0;

}  // namespace ctnn
