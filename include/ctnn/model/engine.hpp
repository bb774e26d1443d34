#pragma once
#include <ctnn/graph/specialize.hpp>
#include <ctnn/model/model.hpp>
#include <initializer_list>
#include <memory>

namespace ctnn {

namespace detail {

/// Both parts of a network's graph: one evaluation by the compiler for their sizes and one for them, however
/// many programs ask.
template <class Net>
struct SpecializedNetwork {
 private:
  struct Sizes {
    Graph::Sizes prepare, run;
  };
  static constexpr Sizes sizes = [] {
    const SpecializedGraphs graphs = specialize(Net::network::graph.view());
    return Sizes{graphs.prepare.sizes(), graphs.run.sizes()};
  }();
  struct Frozen {
    FixedGraph<sizes.prepare> prepare;
    FixedGraph<sizes.run> run;
    std::size_t packed_elements;

    constexpr explicit Frozen(const SpecializedGraphs& graphs)
        : prepare(graphs.prepare), run(graphs.run), packed_elements(graphs.packed_elements) {}
  };
  static constexpr Frozen frozen{specialize(Net::network::graph.view())};

 public:
  static constexpr const auto& prepare = frozen.prepare;
  static constexpr const auto& run = frozen.run;
  static constexpr std::size_t packed_elements = frozen.packed_elements;
};

template <class Net>
struct PrepareGraph {
  static constexpr const auto& graph = SpecializedNetwork<Net>::prepare;
};
template <class Net>
struct InferenceGraph {
  static constexpr const auto& graph = SpecializedNetwork<Net>::run;
  static constexpr std::size_t packed_elements = SpecializedNetwork<Net>::packed_elements;
};

/// What has the types of a Model.
template <class Net>
concept AnyModel = requires {
  typename Net::network;
  typename Net::input_tensor;
  typename Net::output_tensor;
};

/// The complaint for an engine of something else.
template <class Wrong>
struct EngineOfModel {
  static constexpr auto complaint = freeze_text([] {
    return join("Engine expects a Model, receives ", type_name<Wrong>,
                Layer<Wrong> ? ": write Model<layer, shape of one sample>" : "");
  });
};

}  // namespace detail

/// The memory in which one call of an engine works. Holds nothing between calls; one per thread.
template <class Net>
struct Workspace {
  using program = Program<detail::InferenceGraph<Net>, typename Net::value_type>;
  static constexpr std::size_t bytes = program::workspace_bytes;
  alignas(alignment) std::byte memory[bytes];
};

/// The weights of a network in the layout of the kernels that read them. Const use is safe from any number of
/// threads. It can be static, on the heap, or in a buffer of the caller's: it holds its elements in place.
template <class Net>
class Packed {
 public:
  using value_type = typename Net::value_type;
  using input_tensor = typename Net::input_tensor;
  using output_tensor = typename Net::output_tensor;
  static constexpr std::size_t elements = detail::InferenceGraph<Net>::packed_elements;

  Packed() = default;
  explicit Packed(const Net& model) { pack(model); }

  /// Takes over the weights of `model`. Needs memory for rearranging them; a blob does not.
  void pack(const Net& model) {
    using Prepare = Program<detail::PrepareGraph<Net>, value_type>;
    AlignedBuffer<std::byte> arena(Prepare::workspace_bytes);
    Blocks blocks = model.bind();
    blocks.bind(block::arena, arena.data());
    blocks.bind(block::packed, elements_);
    Prepare::run(blocks);
  }

  /// The network's output for one sample.
  output_tensor operator()(Workspace<Net>& workspace, const input_tensor& sample) const noexcept {
    output_tensor result;
    run(workspace, sample.data(), result.data());
    return result;
  }
  /// The same from and to plain memory: as many elements as the shapes say.
  void run(Workspace<Net>& workspace, const value_type* sample, value_type* output) const noexcept {
    Blocks blocks;
    blocks.bind(block::arena, workspace.memory);
    blocks.bind(block::packed, elements_);
    blocks.bind(block::input, sample);
    blocks.bind(block::output, output);
    Workspace<Net>::program::run(blocks);
  }

  std::span<const value_type> weights() const { return {elements_, elements}; }
  std::span<value_type> weights() { return {elements_, elements}; }

 private:
  alignas(alignment) value_type elements_[elements + 1]{};
};

/// A frozen network for embedding: packed weights and a workspace, allocated once when it is made. Calls are
/// noexcept and allocate nothing. One engine per thread, or one Packed for all and a Workspace each.
template <class Net>
class Engine {
 public:
  using input_tensor = typename Net::input_tensor;
  using input_view = typename Net::input_view;
  using output_tensor = typename Net::output_tensor;

  explicit Engine(const Net& model) : Engine(std::make_shared<const Packed<Net>>(model)) {}
  /// An engine on weights that other engines use too.
  explicit Engine(std::shared_ptr<const Packed<Net>> packed)
      : packed_(std::move(packed)), workspace_(std::make_unique<Workspace<Net>>()) {}

  /// The network's output for one sample, a tensor or a view.
  output_tensor operator()(const input_tensor& sample) noexcept { return (*packed_)(*workspace_, sample); }
  output_tensor operator()(input_view sample) noexcept {
    output_tensor result;
    run(sample.data(), result.data());
    return result;
  }
  /// For the numbers of one sample: `engine({1, 2, 3, 4})`.
  template <std::size_t Numbers>
  output_tensor operator()(const typename Net::value_type (&sample)[Numbers]) noexcept {
    using Fit = detail::NumbersFit<Net, Numbers>;
    static_cast<void>(Checked<Fit>{});
    output_tensor result;
    if constexpr (Numbers == Fit::expected) run(sample, result.data());
    return result;
  }
  template <class Wrong>
  requires(!std::is_convertible_v<const Wrong&, input_view>) detail::AnyTensor<typename Net::value_type>
  operator()(const Wrong&) {
    static_cast<void>(Checked<detail::SampleFit<Net, Wrong>>{});
    return {};
  }
  void run(const typename Net::value_type* sample, typename Net::value_type* output) noexcept {
    packed_->run(*workspace_, sample, output);
  }

  const std::shared_ptr<const Packed<Net>>& packed() const { return packed_; }

 private:
  std::shared_ptr<const Packed<Net>> packed_;
  std::unique_ptr<Workspace<Net>> workspace_;
};

/// What is no Model has none of the types above: so that nothing else complains of it, this takes part in
/// everything.
template <class Wrong>
requires(!detail::AnyModel<Wrong>) class Engine<Wrong> : Checked<detail::EngineOfModel<Wrong>> {
 public:
  explicit Engine(const auto&...) {}
  detail::AnyTensor<float> operator()(const auto&) { return {}; }
  detail::AnyTensor<float> operator()(std::initializer_list<double>) { return {}; }
  void run(const auto*, auto*) {}
};

}  // namespace ctnn
