#pragma once
#include <concepts>
#include <ctnn/core/rounding.hpp>
#include <ctnn/core/type_name.hpp>
#include <ctnn/graph/graph_builder.hpp>
#include <ctnn/initializers/initializer.hpp>
#include <ctnn/ops/source.hpp>
#include <string_view>
#include <utility>

namespace ctnn {

class Builder;

/// A layer is an empty type that says how its output is made from its input; it says nothing of derivatives.
/// Axis 0 of both is the batch.
template <class L>
concept Layer = requires(Builder& builder, Value input) {
  { L::lower(builder, input) } -> std::same_as<Value>;
};

/// Whether a network is lowered for training (losses, batch statistics) or for evaluation.
enum class Mode : bool { train, evaluate };

/// A stretch of a network's pool of names.
struct Name {
  std::size_t begin = 0, size = 0;
};

/// A tensor that the network owns, in the flat block of its kind (parameters or states).
struct TensorInfo {
  Name name{};
  Extents shape{};
  std::size_t offset = 0;  ///< elements from the start of the block; each tensor starts on a cache line
  Fans fans{};
  Initializer draw = nullptr;
};

/// One layer, as summaries show it.
struct LayerInfo {
  std::size_t index = 0;    ///< its place in the layer that it is in
  std::string_view name{};  ///< empty unless the layer is Named
  std::string_view type{};
  bool numbered = false;  ///< by its place, unless it is the outermost layer or a part of the one it is in
  std::size_t depth = 0;
  Extents output{};  ///< with the batch in front
  std::size_t first_parameter = 0, last_parameter = 0;
  std::size_t first_node = 0, last_node = 0;
};

/// What a network is made of, besides its graph.
struct NetworkInfo {
  TextPool names;
  List<TensorInfo> parameters, states;
  List<Name> counters;
  List<LayerInfo> layers;
  std::size_t parameter_elements = 0, state_elements = 0;

  constexpr std::string_view text(Name name) const { return {names.data() + name.begin, name.size}; }
};

/// Builds a network's graph, layer by layer: what `lower` of a layer works with.
class Builder : public GraphBuilder {
 public:
  /// `chunks`: how many chunks of `batch` samples make up a mini-batch.
  constexpr Builder(std::size_t batch, Mode mode, std::size_t chunks = 1)
      : GraphBuilder(
            [](const GraphBuilder& builder) { return static_cast<const Builder&>(builder).place_text(); }),
        batch_(batch),
        mode_(mode),
        chunks_(chunks) {}

  constexpr std::size_t batch() const { return batch_; }
  constexpr Mode mode() const { return mode_; }
  constexpr std::size_t chunks() const { return chunks_; }
  /// Weight of each sample, [batch]: 0 for the padding of a short batch. Absent in evaluation. Who reads them
  /// mixes samples, and is given whole mini-batches.
  constexpr Value sample_weights() const { return sample_weights_; }
  /// The same, and their sum over all chunks, a number, for who adds up over all chunks, too, by all_reduce
  /// as batch_mean does: what comes of a chunk's weights alone is not that of the mini-batch.
  constexpr Value chunk_weights() const { return chunk_weights_; }
  constexpr Value total_weight() const { return total_weight_; }
  constexpr void set_sample_weights(Value weights, Value of_chunk, Value total) {
    sample_weights_ = weights;
    chunk_weights_ = of_chunk;
    total_weight_ = total;
  }
  constexpr const NetworkInfo& info() const { return info_; }
  constexpr NetworkInfo take_info() { return std::move(info_); }

  /// The shape of one sample of x.
  static constexpr Extents sample_shape(Value x) { return tail(x.shape(), 1); }

  /// A trainable tensor. Its full name is the path of layers to here and `name`; it must be new.
  constexpr Value parameter(std::string_view name, const Extents& shape, Initializer initializer, Fans fans) {
    return tensor(info_.parameters, info_.parameter_elements, block::parameters, name, shape, initializer,
                  fans);
  }
  /// A tensor that training updates without a gradient, such as running statistics; drawn by `initializer` at
  /// first.
  constexpr Value state(std::string_view name, const Extents& shape, Initializer initializer) {
    return tensor(info_.states, info_.state_elements, block::states, name, shape, initializer, {});
  }
  /// What `state` becomes after a training step.
  constexpr void update(Value state, Value next) {
    output(next, {block::states, state.node().attributes.integers[1]});
  }
  /// A 64-bit number, 0 at first, that every training step increments (PyTorch's `num_batches_tracked`).
  constexpr void counter(std::string_view name) { info_.counters.push_back(intern(full_name(name))); }

  /// Lowers the layer L inside this one, as number `index`: its parameters' names begin with its number, or
  /// with its name if it is Named or one is given.
  template <class L>
  constexpr Value child(std::size_t index, Value input) {
    if constexpr (requires {
                    L::name;
                    typename L::layer;
                  })
      return child<typename L::layer>(index, L::name, input);
    else
      return child<L>(index, std::string_view(), input);
  }
  template <class L>
  constexpr Value child(std::size_t index, std::string_view name, Value input) {
    if (!error().empty()) return input;
    const Place place{place_, index, name, type_name<L>, true};
    place_ = &place;
    const Value result = record<L>(input);
    place_ = place.outer;
    return result;
  }
  /// Lowers the layer L as a part of this one: it adds nothing to names and positions.
  template <class L>
  constexpr Value part(Value input) {
    if (!error().empty()) return input;
    const Place place{place_, 0, {}, type_name<L>, false};
    place_ = &place;
    const Value result = record<L>(input);
    place_ = place.outer;
    return result;
  }
  /// Lowers the whole network: its outermost layer has no number.
  template <class L>
  constexpr Value root(Value input) {
    const Place place{nullptr, 0, {}, type_name<L>, false};
    place_ = &place;
    const Value result = record<L>(input);
    place_ = nullptr;
    return result;
  }
  /// What errors name when it is not a layer that is being lowered: a loss.
  constexpr void set_context(std::string_view context) { context_ = context; }

  /// Records the mistake `<this layer> <message>`, if it is the first one; returns `instead`.
  constexpr Value fail(Value instead, std::string_view message) {
    said_by_layer_ = said_by_layer_ || error().empty();
    return GraphBuilder::fail(instead, message);
  }
  /// Records the mistake `<this layer> expects <expectation>, receives <input's shape>: <remedy>`; returns
  /// input.
  constexpr Value misfit(Value input, std::string_view expectation, std::string_view remedy = "") {
    return fail(input, join("expects ", expectation, ", receives ", sample_shape(input),
                            remedy.empty() ? "" : ": ", remedy));
  }
  /// The first mistake as a sentence; empty without one. Layers speak of samples, operations of whole
  /// batches.
  constexpr Text complaint() const {
    if (error().empty() || said_by_layer_) return error();
    return join(error(), " (values begin with the batch, here ", batch_, ")");
  }

 private:
  /// A layer on the way from the outermost one to where the builder is. Texts are made of it only when they
  /// are needed.
  struct Place {
    const Place* outer;
    std::size_t index;
    std::string_view name, type;
    bool numbered;  ///< whether it adds to names and positions
  };

  constexpr Text place_text() const {
    if (place_ == nullptr) return context_;
    Text position;
    const Place* last = add_position(place_, position);
    if (last == nullptr) return place_->type;
    Text text = join("layer ", position);
    if (!last->name.empty()) text += join(" `", last->name, "`");
    text += join(" (", place_->type, ")");
    return text;
  }
  /// Writes the numbers from the outermost place to this one, 2.0.1; returns the innermost numbered place.
  static constexpr const Place* add_position(const Place* place, Text& text) {
    if (place == nullptr) return nullptr;
    const Place* outer = add_position(place->outer, text);
    if (!place->numbered) return outer;
    if (outer != nullptr) text += ".";
    text += place->index;
    return place;
  }
  static constexpr void add_path(const Place* place, Text& text) {
    if (place == nullptr) return;
    add_path(place->outer, text);
    if (!place->numbered) return;
    if (place->name.empty())
      text += place->index;
    else
      text += place->name;
    text += ".";
  }
  constexpr Text full_name(std::string_view name) const {
    Text full;
    add_path(place_, full);
    full += name;
    return full;
  }

  template <class L>
  constexpr Value lower(Value input) {
    if constexpr (Layer<L>) {
      const Value result = L::lower(*this, input);
      return result ? result : fail(input, "returns an absent value");
    } else {
      return fail(input, "is not a layer: it needs `static constexpr Value lower(Builder&, Value)`");
    }
  }

  constexpr Value tensor(List<TensorInfo>& table, std::size_t& elements, std::size_t block,
                         std::string_view name, const Extents& shape, Initializer initializer, Fans fans) {
    const Text full = full_name(name);
    const std::uint64_t hash = name_hash(full);
    for (std::uint64_t other : name_hashes_)
      if (other == hash) fail({}, join("declares `", full, "` twice: give one another name"));
    name_hashes_.push_back(hash);
    const std::size_t offset = whole_lines(elements);
    elements = offset + shape.elements();
    table.push_back({intern(full), shape, offset, fans, initializer});
    return ctnn::input(*this, shape, {block, offset});
  }

  template <class L>
  constexpr Value record(Value input) {
    const std::size_t slot = info_.layers.size();
    info_.layers.push_back({.index = place_->index,
                            .name = place_->name,
                            .type = place_->type,
                            .numbered = place_->numbered,
                            .depth = depth_,
                            .first_parameter = info_.parameters.size(),
                            .first_node = size()});
    ++depth_;
    const Value result = lower<L>(input);
    --depth_;
    LayerInfo& layer = info_.layers[slot];
    layer.output = result.shape();
    layer.last_parameter = info_.parameters.size();
    layer.last_node = size();
    return result;
  }

  constexpr Name intern(std::string_view text) {
    const Name name{info_.names.size(), text.size()};
    info_.names.append(text);
    return name;
  }

  std::size_t batch_;
  Mode mode_;
  std::size_t chunks_;
  Value sample_weights_, chunk_weights_, total_weight_;
  NetworkInfo info_;
  List<std::uint64_t> name_hashes_;
  const Place* place_ = nullptr;
  std::string_view context_;
  std::size_t depth_ = 0;
  bool said_by_layer_ = false;
};

}  // namespace ctnn
