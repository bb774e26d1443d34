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

/// What keeps S from being the shape of one sample; if there is something, a stand-in for the shape.
template <class S>
struct SampleShape {
  static constexpr std::string_view rule = "takes the Shape of one sample";
  using type = Shape<1>;
};
template <std::size_t... Axes>
struct SampleShape<Shape<Axes...>> {
  static constexpr std::string_view rule = sizeof...(Axes) >= max_rank ? "takes samples of at most five axes"
                                           : (Axes * ... * 1) == 0     ? "takes samples with elements"
                                                                       : "";
  using type = std::conditional_t<rule.empty(), Shape<Axes...>, Shape<1>>;
};

/// What lowering a network gives, apart from the graph.
struct NetworkSummary : NetworkInfo {
  Extents output;
  Text complaint;
};
struct Lowered {
  Graph graph;
  NetworkSummary summary;

  struct Sizes {
    Graph::Sizes graph;
    std::size_t names, parameters, states, counters, layers, complaint;

    constexpr bool fit_in(const Sizes& room) const {
      return graph.fit_in(room.graph) && names <= room.names && parameters <= room.parameters &&
             states <= room.states && counters <= room.counters && layers <= room.layers &&
             complaint <= room.complaint;
    }
  };
  constexpr Sizes sizes() const {
    return {graph.sizes(),           summary.names.size(),  summary.parameters.size(), summary.states.size(),
            summary.counters.size(), summary.layers.size(), summary.complaint.size()};
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

  constexpr explicit FixedNetwork(const auto& from)
      : parameter_elements(from.parameter_elements),
        state_elements(from.state_elements),
        output(from.output),
        complaint(from.complaint) {
    copy_fitting(from.names, names);
    copy_fitting(from.parameters, parameters);
    copy_fitting(from.states, states);
    copy_fitting(from.counters, counters);
    copy_fitting(from.layers, layers);
  }
  /// Not inlined: g++ 12 takes a name in the pool for an array of one character, and warns of its reader.
  [[gnu::noinline]] constexpr std::string_view text(Name name) const {
    return {names.data() + name.begin, name.size};
  }
};

template <auto S>
struct FixedLowered {
  FixedGraph<S.graph> graph;
  FixedNetwork<S> summary;

  constexpr explicit FixedLowered(const auto& from) : graph(from.graph), summary(from.summary) {}
};

template <class L, class S>
constexpr Lowered lower(std::size_t batch) {
  constexpr Extents sample = SampleShape<S>::type::extents;
  Builder builder(batch, Mode::evaluate);
  const Value x = input(builder, batched(batch, sample), {block::input, 0});
  if (!SampleShape<S>::rule.empty())
    builder.fail(x, join("Model ", SampleShape<S>::rule, ", receives ", type_name<S>));
  const Value y = builder.root<L>(x);
  // A network with a mistake gives its input, so that nothing else complains of it.
  const Value result = builder.error().empty() ? y : x;
  builder.output(result, {block::output, 0});
  return {remove_dead(builder.graph().view()),
          {builder.take_info(), tail(result.shape(), 1), builder.complaint()}};
}

/// What stands for a tensor whose shape a mistake leaves open: it takes part in everything, so that nothing
/// else complains.
template <class E>
struct AnyTensor {
  using value_type = std::remove_const_t<E>;
  static constexpr std::size_t size() { return 0; }
  constexpr E* data() const { return nullptr; }
  constexpr E* begin() const { return nullptr; }
  constexpr E* end() const { return nullptr; }
  constexpr E& operator[](auto) const { return *data(); }
  constexpr E& operator()(auto...) const { return *data(); }
  template <class T>
  operator T() const;
};

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
template <class L, class S>
struct Network {
 private:
  struct Make {
    constexpr detail::Lowered operator()() const { return detail::lower<L, S>(1); }
  };
  static constexpr detail::Lowered::Sizes room{common_room, 2048, 128, 64, 64, 128, Text::capacity};
  using Kept = Frozen<Make, detail::FixedLowered, room>;

 public:
  static constexpr auto lowered = Kept::value.summary;
  static constexpr auto graph = Kept::value.graph;
  static constexpr const auto& complaint = lowered.complaint;
};

/// Evaluation of Batch samples at once.
template <class L, class S, std::size_t Batch>
struct Evaluation {
  static constexpr auto graph = freeze_graph([] { return detail::lower<L, S>(Batch).graph; });
};
template <class L, class S>
struct Evaluation<L, S, 1> {
  static constexpr const auto& graph = Network<L, S>::graph;
};

/// Whether the layer L accepts samples of shape S.
template <class L, class S>
inline constexpr bool fits = Network<L, S>::complaint.size() == 0;

}  // namespace ctnn
