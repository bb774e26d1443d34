#pragma once
#include <ctnn/core/aligned_buffer.hpp>
#include <ctnn/core/fixed_string.hpp>
#include <ctnn/kernels/program.hpp>
#include <ctnn/model/network.hpp>

namespace ctnn {

namespace detail {

/// The complaint for a parameter's name that the network does not have.
template <class Network, FixedString Name>
struct NamedParameter {
  static constexpr std::size_t index = [] {
    std::size_t i = 0;
    while (i < Network::lowered.parameters.size() &&
           Network::lowered.text(Network::lowered.parameters[i].name) != Name.view())
      ++i;
    return i;
  }();
  static constexpr bool found = index < Network::lowered.parameters.size();
  static constexpr auto complaint = freeze_text([] {
    if (found || Network::complaint.size() != 0) return Text();
    Text sentence = join("no parameter `", Name.view(), "`: ");
    std::size_t listed = 0;
    for (const TensorInfo& p : Network::lowered.parameters) {
      if (sentence.size() > Text::capacity / 2) break;
      sentence += join(listed++ == 0 ? "there is " : ", ", Network::lowered.text(p.name));
    }
    const std::size_t more = Network::lowered.parameters.size() - listed;
    return listed == 0 ? join(sentence, "there is none")
           : more == 0 ? sentence
                       : join(sentence, " and ", more, " more");
  });
};

/// The shape and the elements of a tensor's type, if it is one.
template <class Tensor>
struct TensorTraits {
  static constexpr bool is_tensor = false;
};
template <class Tensor>
requires requires {
  Tensor::shape::extents;
  typename Tensor::value_type;
}
struct TensorTraits<Tensor> {
  static constexpr bool is_tensor = true;
  static constexpr Extents extents = Tensor::shape::extents;
  using value_type = typename Tensor::value_type;
};

/// The complaint for an argument that is no sample of the network Net.
template <class Net, class Argument>
struct SampleFit {
  static constexpr auto complaint = freeze_text([] {
    using Traits = TensorTraits<Argument>;
    if (Net::network::complaint.size() != 0) return Text();
    if constexpr (!Traits::is_tensor) {
      return join("the model takes a Tensor ", Net::input_extents, ", receives ", type_name<Argument>);
    } else {
      if (Traits::extents != Net::input_extents)
        return join("the model takes ", Net::input_extents, ", receives ", Traits::extents);
      return join("the model takes elements of ", type_name<typename Net::value_type>, ", receives ",
                  type_name<typename Traits::value_type>);
    }
  });
};

/// The complaint for numbers in braces that are not as many as a sample of the network Net has. Those that
/// are missing are no zeros, as in a Tensor: who writes all but one has made a mistake.
template <class Net, std::size_t Numbers>
struct NumbersFit {
  static constexpr std::size_t expected = Net::input_extents.elements();
  static constexpr auto complaint = freeze_text([] {
    if (Net::network::complaint.size() != 0 || Numbers == expected) return Text();
    return join("the model takes ", Net::input_extents, ", that is ", expected, " numbers, receives ",
                Numbers);
  });
};

/// The static shape of a network's parameter.
template <class Network, std::size_t I>
struct ParameterType {
  static constexpr Extents extents = Network::lowered.parameters[I].shape;
  using shape = shape_of<extents>;
  template <class E>
  using view = view_of<E, shape>;
};

}  // namespace detail

/// A network with parameters, for training: the layer L over samples of shape S. Owns one block of
/// parameters, in PyTorch's layout and under PyTorch's names. A network whose shapes do not fit does not
/// compile.
template <class L, class S, class T = float>
class Model : Checked<Network<L, S>> {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>,
                "ctnn: the elements of a model are float or double");

 public:
  using network = Network<L, S>;
  using layer = L;
  using value_type = T;
  using input_shape = typename detail::SampleShape<S>::type;
  static constexpr Extents input_extents = input_shape::extents;
  static constexpr Extents output_extents = network::lowered.output;
  using output_shape = shape_of<output_extents>;
  using input_tensor = tensor_of<T, input_shape>;
  using input_view = view_of<const T, input_shape>;
  using output_tensor =
      std::conditional_t<network::complaint.size() == 0, tensor_of<T, output_shape>, detail::AnyTensor<T>>;

  /// Trainable numbers; the block that holds them is longer, as each tensor starts on a cache line.
  static constexpr std::size_t parameter_count = [] {
    std::size_t count = 0;
    for (const TensorInfo& p : network::lowered.parameters) count += p.shape.elements();
    return count;
  }();
  static constexpr std::size_t parameter_elements = network::lowered.parameter_elements;

  /// Draws the parameters by the layers' initializers: the same seed, the same parameters.
  explicit Model(Seed seed = {}) : parameters_(parameter_elements), states_(network::lowered.state_elements) {
    std::uint64_t stream = 0;
    const auto draw = [&](const auto& tensors, T* block) {
      for (const TensorInfo& tensor : tensors) {
        Random random(seed, stream++);
        for (std::size_t i = 0; i < tensor.shape.elements(); ++i)
          block[tensor.offset + i] = static_cast<T>(tensor.draw(random, tensor.fans));
      }
    };
    draw(network::lowered.parameters, parameters_.data());
    draw(network::lowered.states, states_.data());
  }

  /// The network's output for one sample, a tensor or a view. Allocates its workspace; an Engine does not.
  output_tensor operator()(const input_tensor& sample) const { return (*this)(input_view(sample)); }
  output_tensor operator()(input_view sample) const {
    output_tensor result;
    predict<1>(sample.data(), result.data());
    return result;
  }
  /// For the numbers of one sample: `model({1, 2, 3, 4})`.
  template <std::size_t Numbers>
  output_tensor operator()(const T (&sample)[Numbers]) const {
    using Fit = detail::NumbersFit<Model, Numbers>;
    static_cast<void>(Checked<Fit>{});
    output_tensor result;
    if constexpr (Numbers == Fit::expected) predict<1>(sample, result.data());
    return result;
  }
  template <class Wrong>
  requires(!std::is_convertible_v<const Wrong&, input_view>) detail::AnyTensor<T>
  operator()(const Wrong&) const {
    static_cast<void>(Checked<detail::SampleFit<Model, Wrong>>{});
    return {};
  }

  /// The outputs for Batch samples, one after the other in `samples` and `outputs`.
  template <std::size_t Batch>
  void predict(const T* samples, T* outputs) const {
    using Run = Program<Evaluation<L, S, Batch>, T>;
    AlignedBuffer<std::byte> workspace(Run::workspace_bytes);
    Blocks blocks = bind();
    blocks.bind(block::arena, workspace.data());
    blocks.bind(block::input, samples);
    blocks.bind(block::output, outputs);
    Run::run(blocks);
  }

  /// A view of the parameter with PyTorch's name: `parameter<"conv1.weight">()`.
  template <FixedString Name>
  auto parameter() {
    return view<Name>(parameters_.data());
  }
  template <FixedString Name>
  auto parameter() const {
    return view<Name>(parameters_.data());
  }

  /// A view of the named parameter in any block that has the layout of parameters().
  template <FixedString Name, class E>
  static auto view(E* block) {
    using Named = detail::NamedParameter<network, Name>;
    static_cast<void>(Checked<Named>{});
    if constexpr (Named::found)
      return typename detail::ParameterType<network, Named::index>::template view<E>(
          block + network::lowered.parameters[Named::index].offset);
    else
      return detail::AnyTensor<E>{};
  }

  /// Calls visit(name, view) for every parameter, in the order of the layers. The name is a std::string_view.
  void for_each_parameter(auto visit) { for_each<0>(parameters_.data(), visit); }
  void for_each_parameter(auto visit) const { for_each<0>(parameters_.data(), visit); }

  /// All parameters as one block, and all states.
  std::span<T> parameters() { return parameters_.span(); }
  std::span<const T> parameters() const { return parameters_.span(); }
  std::span<T> states() { return states_.span(); }
  std::span<const T> states() const { return states_.span(); }
  /// The layers' counters of training steps, in the order of `network::lowered.counters`.
  std::span<std::int64_t> counters() { return counters_; }
  std::span<const std::int64_t> counters() const { return counters_; }

  /// The addresses of parameters and states, for a program.
  Blocks bind() const {
    Blocks blocks;
    blocks.bind(block::parameters, parameters_.data());
    blocks.bind(block::states, states_.data());
    return blocks;
  }

 private:
  template <std::size_t I>
  static void for_each(auto* block, auto& visit) {
    if constexpr (I < network::lowered.parameters.size()) {
      using E = std::remove_pointer_t<decltype(block)>;
      visit(network::lowered.text(network::lowered.parameters[I].name),
            typename detail::ParameterType<network, I>::template view<E>(
                block + network::lowered.parameters[I].offset));
      for_each<I + 1>(block, visit);
    }
  }

  AlignedBuffer<T> parameters_;
  AlignedBuffer<T> states_;
  std::array<std::int64_t, network::lowered.counters.size()> counters_{};
};

}  // namespace ctnn
