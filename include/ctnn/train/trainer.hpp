#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <ctnn/kernels/update.hpp>
#include <ctnn/model/model.hpp>
#include <ctnn/train/training_graph.hpp>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace ctnn {

/// What a loss's targets are made of, in memory.
template <Loss Criterion, class T>
using target_element = std::conditional_t<Criterion::target_type == ElementType::index, std::int32_t, T>;

namespace detail {

/// Refuses class labels that a model with `classes` outputs has none for.
inline void check_labels(std::span<const std::int32_t> labels, std::size_t classes) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] < 0 || static_cast<std::size_t>(labels[i]) >= classes)
      throw std::invalid_argument("sample " + std::to_string(i) + " has label " + std::to_string(labels[i]) +
                                  ", the model has classes 0 to " + std::to_string(classes - 1));
}

}  // namespace detail

/// The mean loss of a model over Batch samples, and its gradient: owns the gradient and the workspace,
/// allocated when it is made.
template <class Net, Loss Criterion, std::size_t Batch>
class LossGradient : Checked<TrainingLoss<Net, Criterion, Batch>> {
 public:
  using value_type = typename Net::value_type;
  using target_type = target_element<Criterion, value_type>;
  using program = Program<TrainingGraph<Net, Criterion, Batch>, value_type>;

  LossGradient()
      : gradients_(Net::parameter_elements), weights_(Batch), workspace_(program::workspace_bytes) {}

  /// The mean loss over the first `count` of Batch samples, at least one; its gradient goes to gradients().
  /// The other samples are padding: they must be readable numbers and labels, and count for nothing. Updates
  /// the model's states. Throws std::invalid_argument for another count, and for a label that has no class.
  value_type operator()(Net& model, const value_type* samples, const target_type* targets,
                        std::size_t count = Batch) {
    if (count == 0 || count > Batch)
      throw std::invalid_argument("a mini-batch of " + std::to_string(Batch) + " was given " +
                                  std::to_string(count) + " samples");
    if constexpr (Criterion::target_type == ElementType::index)
      detail::check_labels({targets, Batch * Criterion::target(Net::output_extents).elements()},
                           Net::output_extents.back());
    std::fill_n(weights_.data(), count, value_type(1));
    std::fill(weights_.data() + count, weights_.data() + Batch, value_type(0));
    value_type loss = 0;
    Blocks blocks = model.bind();
    blocks.bind(block::arena, workspace_.data());
    blocks.bind(block::input, samples);
    blocks.bind(block::target, targets);
    blocks.bind(block::sample_weights, weights_.data());
    blocks.bind(block::output, &loss);
    blocks.bind(block::gradients, gradients_.data());
    program::run(blocks);
    return loss;
  }

  /// In the layout of the model's parameters.
  std::span<const value_type> gradients() const { return gradients_.span(); }

 private:
  AlignedBuffer<value_type> gradients_, weights_;
  AlignedBuffer<std::byte> workspace_;
};

/// Trains a model on mini-batches of Batch samples: owns the gradient, the optimizer's state and the
/// workspace, all allocated when it is made. The model must outlive it.
template <class Net, Loss Criterion, class Optimizer, std::size_t Batch>
class Trainer {
 public:
  using value_type = typename Net::value_type;
  using target_type = target_element<Criterion, value_type>;
  using program = typename LossGradient<Net, Criterion, Batch>::program;

  Trainer(Net& model, const Optimizer& optimizer)
      : model_(&model),
        optimizer_(optimizer),
        previous_(model.parameters().size()),
        states_(model.states().size()),
        previous_states_(model.states().size()),
        slots_(Net::parameter_elements * Optimizer::slots) {
    std::ranges::copy(model.parameters(), previous_.data());
    std::ranges::copy(model.states(), previous_states_.data());
  }

  /// The mean loss over the first `count` of Batch samples, and its gradient, to gradients(); see
  /// LossGradient.
  value_type gradient(const value_type* samples, const target_type* targets, std::size_t count = Batch) {
    return loss_gradient_(*model_, samples, targets, count);
  }

  /// One training step; returns the loss before it. A step whose loss or whose outcome is not finite returns
  /// what is not: it changes nothing, and if it was the loss, takes the last step back, so that the model is
  /// that of the last finite loss.
  value_type step(const value_type* samples, const target_type* targets, std::size_t count = Batch) {
    const value_type loss = loss_before_step(samples, targets, count);
    if (!std::isfinite(loss)) return loss;
    std::swap(states_, previous_states_);
    for (std::int64_t& counter : model_->counters()) ++counter;
    counted_ = 1;
    ++steps_;
    std::array<value_type*, Optimizer::slots> slots;
    for (std::size_t s = 0; s < Optimizer::slots; ++s) slots[s] = slots_.data() + s * Net::parameter_elements;
    const bool finite = kernels::update_parameters<value_type, Optimizer>(
        model_->parameters().data(), previous_.data(), gradients().data(), slots, Net::parameter_elements,
        optimizer_.template at_step<value_type>(++optimizer_steps_, learning_rate_scale));
    if (finite && std::ranges::all_of(model_->states(), [](value_type x) { return std::isfinite(x); }))
      return loss;
    step_back();
    return std::numeric_limits<value_type>::quiet_NaN();
  }

  /// The loss with the weights that the last step left, of which nothing else is known to be finite: if it is
  /// not, that step is taken back.
  value_type verify(const value_type* samples, const target_type* targets, std::size_t count = Batch) {
    const value_type loss = loss_before_step(samples, targets, count);
    if (std::isfinite(loss)) std::ranges::copy(states_.span(), model_->states().begin());
    return loss;
  }

  /// Multiplies the optimizer's learning rate, for schedules.
  value_type learning_rate_scale = 1;

  std::size_t steps() const { return steps_; }
  /// In the layout of the model's parameters.
  std::span<const value_type> gradients() const { return loss_gradient_.gradients(); }

 private:
  value_type loss_before_step(const value_type* samples, const target_type* targets, std::size_t count) {
    std::ranges::copy(model_->states(), states_.data());
    const value_type loss = gradient(samples, targets, count);
    if (!std::isfinite(loss)) step_back();
    return loss;
  }
  /// The optimizer starts anew: what it remembers led here.
  void step_back() {
    std::ranges::copy(previous_.span(), model_->parameters().begin());
    std::ranges::copy(previous_states_.span(), model_->states().begin());
    for (std::int64_t& counter : model_->counters()) counter -= counted_;
    counted_ = 0;
    std::ranges::fill(slots_.span(), value_type(0));
    optimizer_steps_ = 0;
  }

  Net* model_;
  Optimizer optimizer_;
  std::size_t steps_ = 0, optimizer_steps_ = 0;
  LossGradient<Net, Criterion, Batch> loss_gradient_;
  AlignedBuffer<value_type> previous_, states_, previous_states_, slots_;
  std::int64_t counted_ = 0;  // what the step that can be taken back has added to the counters
};

}  // namespace ctnn
