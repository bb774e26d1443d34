#pragma once
#include <ctnn/bench/derivatives.hpp>
#include <ctnn/bench/task.hpp>
#include <ctnn/core/type_name.hpp>
#include <ctnn/losses.hpp>
#include <ctnn/model.hpp>
#include <ctnn/optimizers.hpp>
#include <ctnn/train/trainer.hpp>

/// What can be measured. A part adds tasks to a list: `static void add(std::vector<Task>&, std::string_view
/// prefix)`. Parts of your own are structs with such a function.
namespace ctnn::bench {

namespace detail {

inline std::string joined(std::string_view prefix, std::string_view name) {
  return std::string(prefix) + (prefix.empty() || name.empty() ? "" : " ") + std::string(name);
}
inline std::string of_batch(std::string_view name, std::size_t batch) {
  return std::string(name) + (batch == 1 ? "" : ", " + std::to_string(batch));
}

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
template <class Net>
class EngineCall {
  using value_type = typename Net::value_type;

 public:
  static constexpr Work work = [] {
    Work result = work_of<ctnn::detail::InferenceGraph<Net>, value_type>;
    result.workspace_bytes = Workspace<Net>::bytes;
    return result;
  }();

  explicit EngineCall(const Net& model) : packed_(std::make_unique<Packed<Net>>(model)) {
    Random random(Seed{1});
    for (value_type& x : input_.span()) x = random.uniform(value_type(-1), value_type(1));
  }

  CTNN_INLINE void operator()() { packed_->run(*workspace_, input_.data(), output_.data()); }
  CTNN_INLINE void chain() { detail::chain(input_.data(), output_.data()); }
  void flush() const {
    detail::flush(packed_.get(), sizeof(Packed<Net>));
    detail::flush(workspace_.get(), sizeof(Workspace<Net>));
    detail::flush(input_.data(), input_.size() * sizeof(value_type));
    detail::flush(output_.data(), output_.size() * sizeof(value_type));
  }
  std::span<const value_type> input() const { return input_.span(); }
  std::span<const value_type> output() const { return output_.span(); }

 private:
  std::unique_ptr<Packed<Net>> packed_;
  std::unique_ptr<Workspace<Net>> workspace_ = std::make_unique<Workspace<Net>>();
  AlignedBuffer<value_type> input_{Net::input_extents.elements()}, output_{Net::output_extents.elements()};
};

/// Throws when results differ by more than rounding: a ten-thousandth of the largest.
template <class T>
void expect_equal(const std::string& task, std::string_view peer, std::span<const T> actual,
                  std::span<const T> expected) {
  T largest = 0, difference = actual.size() == expected.size() ? T(0) : std::numeric_limits<T>::infinity();
  for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    difference = std::max(difference, std::abs(actual[i] - expected[i]));
  }
  if (!(difference <= T(1e-4) * largest))
    throw std::runtime_error(task + ": " + std::string(peer) + " differs by " + std::to_string(difference));
}

/// Steps of a trainer on one and the same mini-batch.
template <class Net, Loss Criterion, class Optimizer, std::size_t Batch>
class TrainingCall {
  using Trained = Trainer<Net, Criterion, Optimizer, Batch>;
  using Gradient = LossGradient<Net, Criterion, Batch>;

 public:
  // Each parameter is read and written once more by the update, with the optimizer's numbers.
  static constexpr Work work = [] {
    using value_type = typename Net::value_type;
    Work result = work_of<TrainingGraph<Net, Criterion, Gradient::chunk>, value_type>;
    result.flops *= Gradient::chunks;
    result.bytes += 2 * Net::parameter_elements * sizeof(value_type) * (1 + Optimizer::slots);
    result.workspace_bytes = Gradient::program::workspace_bytes;
    return result;
  }();

  explicit TrainingCall(const Optimizer& optimizer) : trainer_(net_, optimizer) {
    Random random(Seed{1});
    for (auto& x : samples_) x = random.uniform<typename Net::value_type>(-1, 1);
  }
  void operator()() { benchmark::DoNotOptimize(trainer_.step(samples_.data(), targets_.data())); }

 private:
  Net net_{Seed{1}};
  Trained trainer_;
  std::vector<typename Net::value_type> samples_ =
      std::vector<typename Net::value_type>(Batch * Net::input_shape::elements);
  std::vector<typename Trained::target_type> targets_ =
      std::vector<typename Trained::target_type>(Batch * Criterion::target(Net::output_extents).elements());
};

}  // namespace detail

/// The layer L on a batch of samples of shape S: its output, in evaluation.
template <ctnn::Layer L, class S, std::size_t Batch = 1, class T = float>
struct Value {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    tasks.push_back(make_task(detail::joined(prefix, detail::of_batch("value", Batch)),
                              detail::layer_call<Evaluation<L, S, Batch>, L, S, T>()));
  }
};

/// Its derivative along one direction of input and parameters.
template <ctnn::Layer L, class S, std::size_t Batch = 1, class T = float>
struct Tangent {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    tasks.push_back(make_task(detail::joined(prefix, detail::of_batch("tangent", Batch)),
                              detail::layer_call<detail::TangentGraph<L, S, Batch>, L, S, T>()));
  }
};

/// A vector times its Jacobian by input, parameters, or both.
template <ctnn::Layer L, class S, std::size_t Batch = 1, class T = float, By Inputs = By::both>
struct Adjoint {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    constexpr std::string_view name = Inputs == By::input        ? "adjoint by input"
                                      : Inputs == By::parameters ? "adjoint by parameters"
                                                                 : "adjoint";
    tasks.push_back(make_task(detail::joined(prefix, detail::of_batch(name, Batch)),
                              detail::layer_call<detail::AdjointGraph<L, S, Batch, Inputs>, L, S, T>()));
  }
};

/// A call of the model's engine, one sample; beside it, what peers need for the same. A Peer is made from the
/// model's parameters and the sample, both std::span<const T>; called, it writes what `output()` returns, and
/// it has a `name`. A peer that gives another result ends the program by std::runtime_error.
template <class Net, class... Peers>
struct EngineCall {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    const Net model{Seed{1}};
    const auto call = std::make_shared<detail::EngineCall<Net>>(model);
    tasks.push_back(make_task(detail::joined(prefix, "engine"), call));
    (*call)();
    (add_peer<Peers>(tasks.back(), model, *call), ...);
  }

 private:
  template <class Peer>
  static void add_peer(Task& task, const Net& model, const detail::EngineCall<Net>& ours) {
    const auto peer = std::make_shared<Peer>(model.parameters(), ours.input());
    (*peer)();
    detail::expect_equal(task.name, Peer::name, peer->output(), ours.output());
    task.peers.push_back({Peer::name, repeat([peer]() CTNN_INLINED { (*peer)(); })});
  }
};

/// A training step: loss, gradient and update. Plain SGD if it is not said otherwise: an object of the
/// optimizer is made without arguments, and a learning rate changes no time.
template <class Net, Loss Criterion, std::size_t Batch = 1, class Optimizer = SGD>
struct TrainingStep {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    using Call = detail::TrainingCall<Net, Criterion, Optimizer, Batch>;
    tasks.push_back(make_task(detail::joined(prefix, detail::of_batch("training step", Batch)),
                              std::make_shared<Call>(Optimizer{})));
  }
};

/// Parts under a name, which the library gives only to layers.
template <FixedString Name, class... Parts>
struct Named {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    const std::string name = detail::joined(prefix, Name.view());
    (Parts::add(tasks, name), ...);
  }
};

/// Value, tangent, adjoint and engine of the layer L on samples of shape S.
template <ctnn::Layer L, class S, std::size_t Batch = 1, class T = float>
struct Layer {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    const std::string name = detail::joined(prefix, type_name<L>);
    Value<L, S, Batch, T>::add(tasks, name);
    Tangent<L, S, Batch, T>::add(tasks, name);
    Adjoint<L, S, Batch, T>::add(tasks, name);
    EngineCall<ctnn::Model<L, S, T>>::add(tasks, name);
  }
};

/// The same of a model, and its training step.
template <class Net, Loss Criterion = CrossEntropy, std::size_t Batch = 1, class Optimizer = SGD>
struct Model {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    Layer<typename Net::layer, typename Net::input_shape, Batch, typename Net::value_type>::add(tasks,
                                                                                                prefix);
    TrainingStep<Net, Criterion, Batch, Optimizer>::add(
        tasks, detail::joined(prefix, type_name<typename Net::layer>));
  }
};

}  // namespace ctnn::bench
