#pragma once
#include <ctnn/minimize/descend.hpp>
#include <ctnn/train/gradcheck.hpp>
#include <limits>
#include <utility>
#include <vector>

namespace ctnn {

namespace detail {

/// A model's mean loss over a batch as an objective of its parameters, which it moves.
template <class Net, Loss Criterion, std::size_t Batch>
class ModelObjective {
  using Element = typename Net::value_type;
  using Target = target_element<Criterion, Element>;

 public:
  ModelObjective(Net& model, const Element* samples, const Target* targets)
      : model_(model), samples_(samples), targets_(targets), states_(model.states().size()) {
    model.for_each_parameter([&](std::string_view, auto view) {
      const auto first = static_cast<std::size_t>(view.data() - model.parameters().data());
      for (std::size_t i = 0; i < view.size(); ++i) places_.push_back(first + i);
    });
  }

  static constexpr Element epsilon = std::numeric_limits<Element>::epsilon();
  static constexpr std::size_t dimension() { return Net::parameter_count; }

  void read_parameters(std::span<double> to) const {
    for (std::size_t i = 0; i < places_.size(); ++i) to[i] = model_.parameters()[places_[i]];
  }
  void write_parameters(std::span<const double> from) {
    for (std::size_t i = 0; i < places_.size(); ++i)
      model_.parameters()[places_[i]] = static_cast<Element>(from[i]);
  }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) {
    write_parameters(x);
    std::ranges::copy(model_.states(), states_.begin());
    const Element loss = loss_gradient_(model_, samples_, targets_);
    for (std::size_t i = 0; i < places_.size(); ++i) gradient[i] = loss_gradient_.gradients()[places_[i]];
    if (!std::isfinite(loss)) std::ranges::copy(states_, model_.states().begin());
    return loss;
  }

  /// Column by column: products with the Hessian.
  void hessian(std::span<const double> x, std::span<double> result) {
    using program = Program<CheckedDerivatives<Net, Criterion, Batch, true>, Element>;
    // That graph also moves the samples: these stay.
    constexpr std::size_t elements = Net::parameter_elements + Batch * Net::input_extents.elements();
    write_parameters(x);
    AlignedBuffer<std::byte> workspace(program::workspace_bytes);
    std::vector<Element> direction(elements), product(elements), weights(Batch, Element(1));
    Element loss = 0;
    Blocks blocks = model_.bind();
    blocks.bind(block::arena, workspace.data());
    blocks.bind(block::input, samples_);
    blocks.bind(block::target, targets_);
    blocks.bind(block::sample_weights, weights.data());
    blocks.bind(block::output, &loss);
    blocks.bind(block::gradients, product.data());
    blocks.bind(block::predictions, product.data() + Net::parameter_elements);
    blocks.bind(block::packed, direction.data());
    blocks.bind(block::losses, direction.data() + Net::parameter_elements);
    double* to = result.data();
    for (std::size_t along : places_) {
      direction[along] = 1;
      program::run(blocks);
      direction[along] = 0;
      for (std::size_t place : places_) *to++ = product[place];
    }
  }

 private:
  Net& model_;
  const Element* samples_;
  const Target* targets_;
  std::vector<Element> states_;
  std::vector<std::size_t> places_;
  LossGradient<Net, Criterion, Batch> loss_gradient_;
};

}  // namespace detail

/// Minimises a model's mean loss over Batch samples, all at once, by its parameters, and leaves it with what
/// it came to: `minimize<CrossEntropy, 150>(net, samples, labels, LBFGS<>{})`. A model of float seldom comes
/// to the default tolerance: it ends with a failed line search, where the loss no longer changes. `samples`
/// and `targets` are as those of value_and_gradient, and throw as there. States are updated at every
/// evaluation, as in training.
template <Loss Criterion, std::size_t Batch, class Net, class Samples, class Targets,
          MinimizationMethod Method>
Minimization minimize(Net& model, const Samples& samples, const Targets& targets, const Method& method,
                      const MinimizeOptions& options = {}) {
  using Fit = detail::BatchFit<Net, Criterion, Batch, Samples, Targets>;
  static_cast<void>(Checked<Fit>{});
  if constexpr (Fit::complaint.size() == 0) {
    Fit::check_sizes(std::size(samples), std::size(targets));
    detail::ModelObjective<Net, Criterion, Batch> objective(model, std::data(samples), std::data(targets));
    minimization::Vector x(objective.dimension());
    objective.read_parameters(x);
    const Minimization result = minimization::descend(objective, x, method, options);
    objective.write_parameters(x);
    return result;
  } else {
    return {};
  }
}

}  // namespace ctnn
