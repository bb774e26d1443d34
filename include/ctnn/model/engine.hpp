#pragma once
#include <ctnn/graph/specialize.hpp>
#include <ctnn/model/model.hpp>
#include <initializer_list>
#include <memory>

namespace ctnn {

/// How an engine keeps the weights of products and convolutions, its second argument. All else, biases among
/// it, stays as the model has it, and sums are floats.
namespace weights {
/// As the model has them.
struct unchanged {
  static constexpr WeightFormat format = WeightFormat::number;
};
/// As bfloat16, the nearest, ties to even: half the memory of floats. A weight is off by at most 1/256 of
/// itself.
struct bf16 {
  static constexpr WeightFormat format = WeightFormat::bfloat16;
};
/// The same for a processor with a dot product of bfloat16 (AVX512_BF16): where the compiler may use it, what
/// enters a matrix product is rounded to bfloat16, too.
struct bf16_dot {
  static constexpr WeightFormat format = WeightFormat::bfloat16_dot;
  /// Whether that is so.
  static constexpr bool rounds_inputs = kernels::has_bfloat16_dot;
};
/// As integers from -127 to 127 and one scale per output channel: a quarter of the memory of floats. A weight
/// is off by at most 1/254 of the channel's largest.
struct int8 {
  static constexpr WeightFormat format = WeightFormat::int8;
};
}  // namespace weights

namespace detail {

/// Both parts of a network's graph, made once, however many programs ask.
template <class Net, class Weights>
struct MakeSpecialized {
  constexpr SplitGraphs operator()() const { return specialize(Net::network::graph.view(), Weights::format); }
};
template <class Net, class Weights>
using SpecializedNetwork = FrozenSplitGraphs<MakeSpecialized<Net, Weights>>;

template <class Net, class Weights = weights::unchanged>
struct PrepareGraph {
  static constexpr const auto& graph = SpecializedNetwork<Net, Weights>::prepare;
};
template <class Net, class Weights = weights::unchanged>
struct InferenceGraph {
  static constexpr const auto& graph = SpecializedNetwork<Net, Weights>::run;
  static constexpr std::size_t packed_elements = SpecializedNetwork<Net, Weights>::packed_elements;
};

/// What has the types of a Model.
template <class Net>
concept AnyModel = requires {
  typename Net::network;
  typename Net::input_tensor;
  typename Net::output_tensor;
};

/// Ways to keep weights, and whether a model has such weights.
template <class Weights>
concept AnyWeights = std::is_same_v<std::remove_cv_t<decltype(Weights::format)>, WeightFormat>;
template <class Net, class Weights>
concept EngineArguments = AnyModel<Net> && AnyWeights<Weights> &&
    (Weights::format == WeightFormat::number || std::is_same_v<typename Net::value_type, float>);

/// The complaint for an engine of something else.
template <class Net, class Weights>
struct EngineOfModel {
  static constexpr auto complaint = freeze_text([] {
    if (!AnyModel<Net>)
      return join("Engine expects a Model, receives ", type_name<Net>,
                  Layer<Net> ? ": write Model<layer, shape of one sample>" : "");
    if (!AnyWeights<Weights>)
      return join("Engine expects weights::bf16 or weights::int8 behind the Model, receives ",
                  type_name<Weights>);
    return join("Engine expects a Model of float for ", type_name<Weights>, ", receives one of double");
  });
};

}  // namespace detail

/// The memory in which one call of an engine works. Holds nothing between calls; one per thread.
template <class Net, class Weights = weights::unchanged>
struct Workspace {
  using program = Program<detail::InferenceGraph<Net, Weights>, typename Net::value_type>;
  static constexpr std::size_t bytes = program::workspace_bytes;
  alignas(alignment) std::byte memory[bytes];
};

/// The weights of a network in the layout of the kernels that read them. Const use is safe from any number of
/// threads. It can be static, on the heap, or in a buffer of the caller's: it holds its elements in place.
template <class Net, class Weights = weights::unchanged>
class Packed {
 public:
  using value_type = typename Net::value_type;
  using input_tensor = typename Net::input_tensor;
  using output_tensor = typename Net::output_tensor;
  static constexpr std::size_t elements = detail::InferenceGraph<Net, Weights>::packed_elements;

  Packed() = default;
  explicit Packed(const Net& model) { pack(model); }

  /// Takes over the weights of `model`. Needs memory for rearranging them; a blob does not.
  void pack(const Net& model) {
    using Prepare = Program<detail::PrepareGraph<Net, Weights>, value_type>;
    AlignedBuffer<std::byte> arena(Prepare::workspace_bytes);
    Blocks blocks = model.bind();
    blocks.bind(block::arena, arena.data());
    blocks.bind(block::packed, elements_);
    Prepare::run(blocks);
  }

  /// The network's output for one sample.
  output_tensor operator()(Workspace<Net, Weights>& workspace, const input_tensor& sample) const noexcept {
    output_tensor result;
    run(workspace, sample.data(), result.data());
    return result;
  }
  /// The same from and to plain memory: as many elements as the shapes say.
  void run(Workspace<Net, Weights>& workspace, const value_type* sample, value_type* output) const noexcept {
    Blocks blocks;
    blocks.bind(block::arena, workspace.memory);
    blocks.bind(block::packed, elements_);
    blocks.bind(block::input, sample);
    blocks.bind(block::output, output);
    Workspace<Net, Weights>::program::run(blocks);
  }

  /// All as one block, to be copied. Of other weights than the model's, it holds bits that are no numbers.
  std::span<const value_type> weights() const { return {elements_, elements}; }
  std::span<value_type> weights() { return {elements_, elements}; }

 private:
  alignas(alignment) value_type elements_[elements + 1]{};
};

/// A frozen network for embedding: packed weights and a workspace, allocated once when it is made. Calls are
/// noexcept and allocate nothing. One engine per thread, or one Packed for all and a Workspace each.
/// `Weights` of a Model of float may be weights::bf16 or weights::int8.
template <class Net, class Weights = weights::unchanged>
class Engine {
 public:
  using input_tensor = typename Net::input_tensor;
  using input_view = typename Net::input_view;
  using output_tensor = typename Net::output_tensor;

  explicit Engine(const Net& model) : Engine(std::make_shared<const Packed<Net, Weights>>(model)) {}
  /// An engine on weights that other engines use too.
  explicit Engine(std::shared_ptr<const Packed<Net, Weights>> packed)
      : packed_(std::move(packed)), workspace_(std::make_unique<Workspace<Net, Weights>>()) {}

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

  const std::shared_ptr<const Packed<Net, Weights>>& packed() const { return packed_; }

 private:
  std::shared_ptr<const Packed<Net, Weights>> packed_;
  std::unique_ptr<Workspace<Net, Weights>> workspace_;
};

/// What is no Model has none of the types above: so that nothing else complains of it, this takes part in
/// everything.
template <class Net, class Weights>
requires(!detail::EngineArguments<Net, Weights>) class Engine<Net, Weights>
    : Checked<detail::EngineOfModel<Net, Weights>> {
 public:
  explicit Engine(const auto&...) {}
  detail::AnyTensor<float> operator()(const auto&) { return {}; }
  detail::AnyTensor<float> operator()(std::initializer_list<double>) { return {}; }
  void run(const auto*, auto*) {}
};

}  // namespace ctnn
