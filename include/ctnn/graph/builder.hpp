#pragma once
#include <bit>
#include <concepts>
#include <ctnn/core/type_name.hpp>
#include <ctnn/graph/graph_builder.hpp>
#include <ctnn/initializers/initializer.hpp>
#include <ctnn/ops/source.hpp>

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
  Name position{}, name{}, type{};  ///< the name is the position's last number unless the layer is Named
  std::size_t depth = 0;
  bool leaf = true;
  Extents output{};  ///< with the batch in front
  std::size_t first_parameter = 0, last_parameter = 0;
  std::size_t first_node = 0, last_node = 0;
};

/// What a network is made of, besides its graph.
struct NetworkInfo {
  std::vector<char> names;
  std::vector<TensorInfo> parameters, states;
  std::vector<Name> counters;
  std::vector<LayerInfo> layers;
  std::size_t parameter_elements = 0, state_elements = 0;

  constexpr std::string_view text(Name name) const { return {names.data() + name.begin, name.size}; }
};

/// Builds a network's graph, layer by layer: what `lower` of a layer works with.
class Builder : public GraphBuilder {
 public:
  constexpr Builder(std::size_t batch, Mode mode) : batch_(batch), mode_(mode) {}

  constexpr std::size_t batch() const { return batch_; }
  constexpr Mode mode() const { return mode_; }
  /// Weight of each sample, [batch]: 0 for the padding of a short batch. Absent in evaluation.
  constexpr Value sample_weights() const { return sample_weights_; }
  constexpr void set_sample_weights(Value weights) { sample_weights_ = weights; }
  constexpr const NetworkInfo& info() const { return info_; }

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
  constexpr void counter(std::string_view name) { info_.counters.push_back(intern(join(path_, name))); }

  /// Lowers the layer L inside this one, as number `index`: its parameters' names begin with its name or
  /// number.
  template <class L>
  constexpr Value child(std::size_t index, Value input) {
    if constexpr (requires {
                    L::name;
                    typename L::layer;
                  }) {
      return child<typename L::layer>(index, L::name, input);
    } else {
      const Text number = join(index);  // named: g++ 12 destroys a temporary twice here
      return child<L>(index, number, input);
    }
  }
  template <class L>
  constexpr Value child(std::size_t index, std::string_view name, Value input) {
    if (!error().empty()) return input;
    const Text outer_path = path_, outer_position = position_, outer_heading = heading_,
               outer_context = context(), number = join(index);
    path_ += join(name, ".");
    position_ += join(position_.empty() ? "" : ".", number);
    heading_ = join("layer ", position_);
    if (name != number.view()) heading_ += join(" `", name, "`");
    set_context(join(heading_, " (", type_name<L>, ")"));
    const Value result = record<L>(position_, name, input);
    path_ = outer_path;
    position_ = outer_position;
    heading_ = outer_heading;
    set_context(outer_context);
    return result;
  }
  /// Lowers the layer L as a part of this one: it adds nothing to names and positions.
  template <class L>
  constexpr Value part(Value input) {
    if (!error().empty()) return input;
    const Text outer_context = context();
    set_context(heading_.empty() ? Text(type_name<L>) : join(heading_, " (", type_name<L>, ")"));
    const Value result = lower<L>(input);
    set_context(outer_context);
    return result;
  }
  /// Lowers the whole network: its outermost layer has no number.
  template <class L>
  constexpr Value root(Value input) {
    set_context(type_name<L>);
    return record<L>(Text(), Text(), input);
  }

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
  template <class L>
  constexpr Value lower(Value input) {
    if constexpr (Layer<L>) {
      const Value result = L::lower(*this, input);
      return result ? result : fail(input, "returns an absent value");
    } else {
      return fail(input, "is not a layer: it needs `static constexpr Value lower(Builder&, Value)`");
    }
  }

  constexpr Value tensor(std::vector<TensorInfo>& table, std::size_t& elements, std::size_t block,
                         std::string_view name, const Extents& shape, Initializer initializer, Fans fans) {
    const Text full = join(path_, name);
    for (const auto* known : {&info_.parameters, &info_.states})
      for (const TensorInfo& other : *known)
        if (info_.text(other.name) == full.view())
          fail({}, join("declares `", full, "` twice: give one another name"));
    // 16 elements are a cache line of floats, and two of doubles.
    const std::size_t offset = (elements + 15) / 16 * 16;
    elements = offset + shape.elements();
    table.push_back({intern(full), shape, offset, fans, initializer});
    return ctnn::input(*this, shape, {block, offset});
  }

  template <class L>
  constexpr Value record(std::string_view position, std::string_view name, Value input) {
    const std::size_t slot = info_.layers.size();
    info_.layers.push_back({.position = intern(position),
                            .name = intern(name),
                            .type = intern(type_name<L>),
                            .depth = depth_,
                            .first_parameter = info_.parameters.size(),
                            .first_node = size()});
    ++depth_;
    const Value result = lower<L>(input);
    --depth_;
    LayerInfo& layer = info_.layers[slot];
    layer.leaf = info_.layers.size() == slot + 1;
    layer.output = result.shape();
    layer.last_parameter = info_.parameters.size();
    layer.last_node = size();
    return result;
  }

  constexpr Name intern(std::string_view text) {
    const std::size_t begin = info_.names.size();
    info_.names.reserve(std::bit_ceil(begin + text.size() + 256));
    for (std::size_t i = 0; i < text.size(); ++i) info_.names.push_back(text[i]);
    return {begin, text.size()};
  }

  std::size_t batch_;
  Mode mode_;
  Value sample_weights_;
  NetworkInfo info_;
  Text path_, position_, heading_;
  std::size_t depth_ = 0;
  bool said_by_layer_ = false;
};

}  // namespace ctnn
