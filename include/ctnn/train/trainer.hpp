#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <ctnn/core/rounding.hpp>
#include <ctnn/core/thread_pool.hpp>
#include <ctnn/kernels/phased_program.hpp>
#include <ctnn/kernels/update.hpp>
#include <ctnn/kernels/weighted_sum.hpp>
#include <ctnn/model/model.hpp>
#include <ctnn/train/chunks.hpp>
#include <limits>
#include <memory>
#include <numeric>
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

/// The mean loss of a model over Batch samples, and its gradient: owns the gradient, the workspace and the
/// threads, all made when it is made.
template <class Net, Loss Criterion, std::size_t Batch>
class LossGradient : Checked<TrainingLoss<Net, Criterion, chunk_size<Net, Criterion, Batch>,
                                          detail::chunks_in_phases<Net, Criterion, Batch>>> {
 public:
  using value_type = typename Net::value_type;
  using target_type = target_element<Criterion, value_type>;
  /// Samples that are gone through at once, and how many times that is.
  static constexpr std::size_t chunk = chunk_size<Net, Criterion, Batch>;
  static constexpr std::size_t chunks = chunk == 0 ? 1 : Batch / chunk;

 private:
  /// Whether the chunks go through their program together, phase by phase, each in a workspace of its own.
  static constexpr bool in_phases = detail::chunks_in_phases<Net, Criterion, Batch> > 1;
  using source = TrainingGraph<Net, Criterion, chunk, in_phases ? chunks : 1>;

 public:
  using program =
      std::conditional_t<in_phases, PhasedProgram<source, value_type>, Program<source, value_type>>;

  /// `threads` share out the chunks, 0 for as many as the machine runs at once; no more than there are chunks
  /// are made.
  explicit LossGradient(std::size_t threads = 1)
      : pool_(chunks == 1 ? nullptr
                          : std::make_unique<ThreadPool>(std::min(ThreadPool::resolve(threads), chunks))),
        gradients_(chunks * stride),
        weights_(chunks * weight_stride),
        exchange_(chunks * exchange_elements),
        workspaces_((in_phases ? chunks
                     : pool_   ? pool_->size()
                               : 1) *
                    workspace_stride) {}

  /// The mean loss over the first `count` of Batch samples, at least one; its gradient goes to gradients().
  /// The other samples are padding: they must be readable numbers and labels, and count for nothing. Updates
  /// the model's states. Throws std::invalid_argument for another count, and for a label that has no class.
  /// `update`, if it is given, makes it a training step whose gradients go where Program::run says: it has
  /// moved program::moved_parameters when it returns. For a mini-batch that is one chunk.
  value_type operator()(Net& model, const value_type* samples, const target_type* targets,
                        std::size_t count = Batch,
                        const auto*... update) requires(sizeof...(update) <= (chunks == 1 ? 1 : 0)) {
    if (count == 0 || count > Batch)
      throw std::invalid_argument("a mini-batch of " + std::to_string(Batch) + " was given " +
                                  std::to_string(count) + " samples");
    if constexpr (Criterion::target_type == ElementType::index)
      detail::check_labels({targets, Batch * target_elements}, Net::output_extents.back());
    for (std::size_t i = 0; i < Batch; ++i)
      weights_.data()[i / chunk * weight_stride + i % chunk] = value_type(i < count ? 1 : 0);
    if constexpr (chunks == 1) {
      value_type loss = 0;
      program::run(bind(model, samples, targets, 0, 0, &loss), update...);
      return loss;
    } else {
      const std::size_t used = ceil_divide(count, chunk);
      std::array<value_type, chunks> losses{}, shares{};
      if constexpr (in_phases) {
        run_phases(model, samples, targets, count, losses.data());
        shares.fill(1);
      } else {
        pool_->run(used, [&](std::size_t c, std::size_t thread) {
          program::run(bind(model, samples, targets, c, thread, &losses[c]));
          shares[c] =
              static_cast<value_type>(std::min(chunk, count - c * chunk)) / static_cast<value_type>(count);
        });
      }
      for_each_range([&](std::size_t begin, std::size_t end) {
        kernels::weighted_sum(gradients_.data() + begin, stride, shares.data(), used, end - begin);
      });
      return std::inner_product(losses.begin(), losses.begin() + used, shares.begin(), value_type(0));
    }
  }

  /// In the layout of the model's parameters.
  std::span<const value_type> gradients() const { return gradients_.span().first(Net::parameter_elements); }

  /// Calls task(i) for each i < count; the threads share them out.
  void share_out(std::size_t count, const auto& task) {
    if constexpr (chunks == 1) {
      for (std::size_t i = 0; i < count; ++i) task(i);
    } else {
      pool_->run(count, [&](std::size_t i, std::size_t) { task(i); });
    }
  }
  /// Calls visit(begin, end) for stretches that make up the gradient's elements and what fills it up to a
  /// whole cache line; the threads share them out.
  void for_each_range(const auto& visit) {
    constexpr std::size_t range = chunks == 1 ? std::max<std::size_t>(stride, 1) : 1 << 14;
    share_out(ceil_divide(stride, range),
              [&](std::size_t i) { visit(i * range, std::min(stride, (i + 1) * range)); });
  }

 private:
  static constexpr std::size_t target_elements = Criterion::target(Net::output_extents).elements();
  static constexpr std::size_t stride = whole_lines(Net::parameter_elements);
  static constexpr std::size_t weight_stride = in_phases ? whole_lines(chunk + 1) : chunk;
  static constexpr std::size_t workspace_stride = round_up(program::workspace_bytes, alignment);

  static constexpr std::size_t exchange_elements = [] {
    if constexpr (in_phases)
      return program::exchange_elements(Net::network::lowered.state_elements);
    else
      return std::size_t{0};
  }();

  Blocks bind(const Net& model, const value_type* samples, const target_type* targets, std::size_t c,
              std::size_t workspace, value_type* loss) {
    Blocks blocks = model.bind();
    blocks.bind(block::arena, workspaces_.data() + workspace * workspace_stride);
    blocks.bind(block::input, samples + c * chunk * Net::input_shape::elements);
    blocks.bind(block::target, targets + c * chunk * target_elements);
    blocks.bind(block::sample_weights, weights_.data() + c * weight_stride);
    blocks.bind(block::output, loss);
    blocks.bind(block::gradients, gradients_.data() + c * stride);
    return blocks;
  }
  /// Runs the chunks that have samples; the others give nothing to those.
  void run_phases(Net& model, const value_type* samples, const target_type* targets, std::size_t count,
                  value_type* losses) {
    const std::size_t used = ceil_divide(count, chunk);
    for (std::size_t c = 0; c < used; ++c)
      weights_.data()[c * weight_stride + chunk] = static_cast<value_type>(count);
    std::ranges::copy(model.states(), exchange_.data());
    std::ranges::fill(exchange_.span().subspan(used * exchange_elements), value_type(0));
    for (std::size_t phase = 0; phase < program::phases; ++phase)
      pool_->run(used, [&](std::size_t c, std::size_t) {
        Blocks blocks = bind(model, samples, targets, c, c, losses + c);
        blocks.bind(block::exchange, exchange_.data() + c * exchange_elements);
        blocks.bind(block::first_exchange, exchange_.data());
        program::run_phase(phase, blocks);
      });
    std::copy_n(exchange_.data(), model.states().size(), model.states().begin());
  }

  std::unique_ptr<ThreadPool> pool_;
  AlignedBuffer<value_type> gradients_;  // of each chunk, the sum in the first
  AlignedBuffer<value_type> weights_, exchange_;
  AlignedBuffer<std::byte> workspaces_;  // of each thread, or of each chunk
};

/// Trains a model on mini-batches of Batch samples: owns the gradient, the optimizer's state, the workspace
/// and the threads, all made when it is made. The model must outlive it.
template <class Net, Loss Criterion, class Optimizer, std::size_t Batch>
class Trainer {
 public:
  using value_type = typename Net::value_type;
  using target_type = target_element<Criterion, value_type>;
  using program = typename LossGradient<Net, Criterion, Batch>::program;
  static constexpr std::size_t chunk = LossGradient<Net, Criterion, Batch>::chunk;

  /// `threads` as for LossGradient: their number changes no bit of what comes of it.
  Trainer(Net& model, const Optimizer& optimizer, std::size_t threads = 1)
      : model_(&model),
        optimizer_(optimizer),
        loss_gradient_(threads),
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
  /// what is not: the model stays as it is, and if it was the loss, the last step is taken back, so that the
  /// model is that of the last finite loss. The optimizer then starts anew.
  value_type step(const value_type* samples, const target_type* targets, std::size_t count = Batch) {
    std::atomic<bool> finite = true;
    Update update{
        .parameters = model_->parameters().data(),
        .previous = previous_.data(),
        .slots{},
        .constants = optimizer_.template at_step<value_type>(optimizer_steps_ + 1, learning_rate_scale),
        .remembers = remembers(),
        .finite = &finite};
    for (std::size_t s = 0; s < Optimizer::slots; ++s)
      update.slots[s] = slots_.data() + s * Net::parameter_elements;

    const value_type loss = loss_before_step(samples, targets, count, &update);
    if (!std::isfinite(loss)) return loss;
    std::swap(states_, previous_states_);
    for (std::int64_t& counter : model_->counters()) ++counter;
    counted_ = 1;
    ++steps_, ++optimizer_steps_;
    update_the_rest(update);
    if (finite && std::ranges::all_of(model_->states(), [](value_type x) { return std::isfinite(x); }))
      return loss;
    step_back();
    return std::numeric_limits<value_type>::quiet_NaN();
  }

  /// The loss with the weights that the last step left, of which nothing else is known to be finite: if it is
  /// not, that step is taken back.
  value_type verify(const value_type* samples, const target_type* targets, std::size_t count = Batch) {
    const value_type loss = loss_before_step(samples, targets, count, nullptr);
    if (std::isfinite(loss)) std::ranges::copy(states_.span(), model_->states().begin());
    return loss;
  }

  /// Calls task(i) for each i < count; the threads share them out.
  void share_out(std::size_t count, const auto& task) { loss_gradient_.share_out(count, task); }

  /// Multiplies the optimizer's learning rate, for schedules.
  value_type learning_rate_scale = 1;

  std::size_t steps() const { return steps_; }
  /// What gradient() has computed, in the layout of the model's parameters. After a step, those of
  /// program::moved_parameters are zero, or what an earlier gradient() left.
  std::span<const value_type> gradients() const { return loss_gradient_.gradients(); }

 private:
  using Update = kernels::Update<value_type, Optimizer>;

  /// With the gradient, of which `update` uses what it can; see LossGradient.
  value_type loss_before_step(const value_type* samples, const target_type* targets, std::size_t count,
                              [[maybe_unused]] const Update* update) {
    std::ranges::copy(model_->states(), states_.data());
    value_type loss;
    if constexpr (LossGradient<Net, Criterion, Batch>::chunks == 1)
      loss = loss_gradient_(*model_, samples, targets, count, update);
    else
      loss = gradient(samples, targets, count);
    if (!std::isfinite(loss)) step_back();
    return loss;
  }
  /// Moves the parameters whose gradient is in memory.
  void update_the_rest(const Update& update) {
    const auto move = [&](std::size_t begin, std::size_t end) {
      if (begin < end) kernels::update_parameters(update, begin, gradients().data() + begin, end - begin);
    };
    if constexpr (LossGradient<Net, Criterion, Batch>::chunks == 1) {
      std::size_t begin = 0;
      for (const GradientOfStep& moved : program::moved_parameters) {
        move(begin, moved.offset);
        begin = moved.offset + moved.elements;
      }
      move(begin, Net::parameter_elements);
    } else {
      loss_gradient_.for_each_range(
          [&](std::size_t begin, std::size_t end) { move(begin, std::min(end, Net::parameter_elements)); });
    }
  }
  bool remembers() const {
    if constexpr (requires { optimizer_.remembers(); })
      return optimizer_.remembers();
    else
      return Optimizer::slots != 0;
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
