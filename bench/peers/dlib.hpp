#pragma once
#ifdef CTNN_PEER_DLIB
#include <dlib/dnn.h>

#include "tensors.hpp"

namespace bench {

/// A step of dlib's sgd, its network given the model's parameters; `Labels` are as its loss wants them.
template <class Net, class Layers, class Label>
class DlibStep {
 public:
  static constexpr const char* name = "dlib";

  DlibStep(std::span<const float> parameters, std::span<const float> samples, auto labels,
           const auto& optimizer)
      : block_(parameters.begin(), parameters.end()),
        rate_(optimizer.learning_rate),
        solvers_(Layers::num_computational_layers, dlib::sgd(0, float(optimizer.momentum))) {
    for (auto label : labels)
      // Of two classes dlib wants the sign.
      labels_.push_back(std::is_floating_point_v<Label> ? Label(2 * label - 1) : Label(label));
    // Only its own conversion makes dlib take a tensor.
    const std::vector<typename Layers::input_type> blank(labels.size(), blank_sample());
    layers_.to_tensor(blank.begin(), blank.end(), samples_);
    std::ranges::copy(samples, samples_.host());
    layers_.forward(samples_);
    visit([](float& own, float& block) { own = block; });
  }
  void operator()() {
    layers_.compute_parameter_gradients(samples_, labels_.begin());
    layers_.update_parameters(solvers_, rate_);
  }
  std::span<const float> parameters() {
    visit([](float& own, float& block) { block = own; });
    return block_;
  }

 private:
  static typename Layers::input_type blank_sample() {
    typename Layers::input_type sample;
    if constexpr (requires { sample.set_size(1); })
      sample.set_size(long(Net::input_shape::elements)), sample = 0;
    else
      for (auto& plane : sample) plane = dlib::zeros_matrix<float>(32, 32);
    return sample;
  }
  /// Calls with each parameter of dlib's and its place in the model's layout. dlib has a tensor for each
  /// layer, from the last to the first: weights, of a fully connected one turned, and then biases.
  void visit(auto call) {
    const std::vector<Parameter> parameters = parameters_of<Net>();
    std::size_t next = parameters.size();
    dlib::visit_layer_parameters(layers_, [&](dlib::tensor& tensor) {
      if (tensor.size() == 0) return;
      next -= 2;
      const Parameter &weight = parameters[next], &bias = parameters[next + 1];
      float* own = tensor.host();
      const std::size_t rows = bias.elements, columns = weight.elements / rows;
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column)
          call(own[weight.shape.size() == 2 ? column * rows + row : row * columns + column],
               block_[weight.offset + row * columns + column]);
        call(own[weight.elements + row], block_[bias.offset + row]);
      }
    });
  }

  std::vector<float> block_;
  double rate_;
  Layers layers_;
  std::vector<dlib::sgd> solvers_;
  std::vector<Label> labels_;
  dlib::resizable_tensor samples_;
};

namespace dlib_layers {

template <long Outputs, class Below>
using Convolution = dlib::add_layer<dlib::con_<Outputs, 5, 5, 1, 1, 0, 0>, Below>;
template <class Below>
using Pool = dlib::max_pool<2, 2, 2, 2, Below>;
using Images = Pool<dlib::relu<
    Convolution<16, Pool<dlib::relu<Convolution<6, dlib::input<std::array<dlib::matrix<float>, 3>>>>>>>>;
using Tutorial =
    dlib::loss_multiclass_log<dlib::fc<10, dlib::relu<dlib::fc<84, dlib::relu<dlib::fc<120, Images>>>>>>;
using Xor =
    dlib::loss_binary_log<dlib::fc<1, dlib::htan<dlib::fc<4, dlib::input<dlib::matrix<float, 0, 1>>>>>>;

}  // namespace dlib_layers

template <class Net>
using DlibTutorialStep = DlibStep<Net, dlib_layers::Tutorial, unsigned long>;
template <class Net>
using DlibXorStep = DlibStep<Net, dlib_layers::Xor, float>;

}  // namespace bench
#endif
