#pragma once
#include <cmath>
#include <ctnn/bench/derivatives.hpp>
#include <ctnn/bench/task.hpp>
#include <ctnn/losses.hpp>
#include <ctnn/model.hpp>
#include <ctnn/optimizers.hpp>
#include <ctnn/train/trainer.hpp>
#include <limits>
#include <memory>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// The calls that parts measure, with all that they work on.
namespace ctnn::bench::detail {

/// A program of a layer's graph, on parameters and states as its Model draws them.
template <class Source, class L, class S, class T>
std::shared_ptr<ProgramCall<Source, T>> layer_call() {
  auto call = std::make_shared<ProgramCall<Source, T>>();
  const ctnn::Model<L, S, T> model;
  const auto fill = [&](std::size_t block, std::span<const T> from) {
    const std::span<T> to = call->numbers(block);
    std::copy_n(from.begin(), std::min(from.size(), to.size()), to.begin());
  };
  fill(block::parameters, model.parameters());
  fill(block::states, model.states());
  return call;
}

/// Calls of an engine, from and to plain memory.
template <class Net, class Weights = weights::unchanged>
class EngineCall {
  using value_type = typename Net::value_type;

 public:
  static constexpr Work work = [] {
    Work result = work_of<ctnn::detail::InferenceGraph<Net, Weights>, value_type>;
    result.workspace_bytes = Workspace<Net, Weights>::bytes;
    return result;
  }();

  explicit EngineCall(const Net& model) : packed_(std::make_unique<Packed<Net, Weights>>(model)) {
    Random random(Seed{1});
    for (value_type& x : input_.span()) x = random.uniform(value_type(-1), value_type(1));
  }

  CTNN_INLINE void operator()() { packed_->run(*workspace_, input_.data(), output_.data()); }
  CTNN_INLINE void chain() { detail::chain(input_.data(), output_.data()); }
  void flush() const {
    detail::flush(packed_.get(), sizeof(Packed<Net, Weights>));
    detail::flush(workspace_.get(), sizeof(Workspace<Net, Weights>));
    detail::flush(input_.data(), input_.size() * sizeof(value_type));
    detail::flush(output_.data(), output_.size() * sizeof(value_type));
  }
  std::span<const value_type> input() const { return input_.span(); }
  std::span<const value_type> output() const { return output_.span(); }

 private:
  std::unique_ptr<Packed<Net, Weights>> packed_;
  std::unique_ptr<Workspace<Net, Weights>> workspace_ = std::make_unique<Workspace<Net, Weights>>();
  AlignedBuffer<value_type> input_{Net::input_extents.elements()}, output_{Net::output_extents.elements()};
};

/// Throws when results differ by more than rounding: a ten-thousandth of the largest, and `rounding`.
template <class T>
void expect_equal(const std::string& task, std::string_view peer, std::span<const T> actual,
                  std::span<const T> expected, T rounding = 0) {
  T largest = 0, difference = actual.size() == expected.size() ? T(0) : std::numeric_limits<T>::infinity();
  for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    const T distance = std::abs(actual[i] - expected[i]);
    // What is NaN stays.
    if (!(distance <= difference) && !std::isnan(difference)) difference = distance;
  }
  if (!(difference <= T(1e-4) * largest + rounding)) {
    std::ostringstream sentence;
    sentence << task << ": " << peer << " differs by " << difference << " of at most " << largest;
    throw std::runtime_error(sentence.str());
  }
}

/// Adds a peer that computes an output from the same arguments, after one call that is compared with ours.
template <class Peer, class T>
void add_peer(Task& task, std::span<const T> expected, const auto&... arguments) {
  const auto peer = std::make_shared<Peer>(arguments...);
  (*peer)();
  expect_equal(task.name, Peer::name, peer->output(), expected);
  task.peers.push_back({Peer::name, repeat([peer]() CTNN_INLINED { (*peer)(); })});
}

/// Steps of a trainer on one and the same mini-batch: numbers from -1 to 1, and all classes, or targets that
/// are 0 or 1.
template <class Net, Loss Criterion, class Optimizer, std::size_t Batch>
class TrainingCall {
  using value_type = typename Net::value_type;
  using Trained = Trainer<Net, Criterion, Optimizer, Batch>;
  using Gradient = LossGradient<Net, Criterion, Batch>;
  static constexpr std::size_t targets_count = Batch * Criterion::target(Net::output_extents).elements();

 public:
  // Samples and targets are read, parameters read and written. What an optimizer remembers is not counted:
  // plain SGD needs nothing of it.
  static constexpr Work work = [] {
    Work result = work_of<TrainingGraph<Net, Criterion, Gradient::chunk>, value_type>;
    result.flops *= Gradient::chunks;
    result.bytes = Batch * Net::input_shape::elements * sizeof(value_type) +
                   targets_count * sizeof(typename Trained::target_type) +
                   2 * Net::parameter_count * sizeof(value_type);
    result.written_bytes = Net::parameter_count * sizeof(value_type);
    result.workspace_bytes = Gradient::program::workspace_bytes;
    return result;
  }();

  explicit TrainingCall(const Optimizer& optimizer) : trainer_(net_, optimizer) {
    Random random(Seed{1});
    for (auto& x : samples_) x = random.uniform<value_type>(-1, 1);
    for (std::size_t i = 0; i < targets_.size(); ++i)
      if constexpr (Criterion::target_type == ElementType::index)
        targets_[i] = static_cast<std::int32_t>(i % Net::output_extents.back());
      else
        targets_[i] = random.uniform<value_type>(0, 1) < value_type(0.5) ? 0 : 1;
  }
  void operator()() { benchmark::DoNotOptimize(trainer_.step(samples_.data(), targets_.data())); }

  std::span<const value_type> parameters() const { return net_.parameters(); }
  std::span<const value_type> samples() const { return samples_; }
  auto targets() const { return std::span(targets_); }

 private:
  Net net_{Seed{1}};
  Trained trainer_;
  std::vector<value_type> samples_ = std::vector<value_type>(Batch * Net::input_shape::elements);
  std::vector<typename Trained::target_type> targets_ =
      std::vector<typename Trained::target_type>(targets_count);
};

}  // namespace ctnn::bench::detail
