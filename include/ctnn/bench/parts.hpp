#pragma once
#include <ctnn/bench/calls.hpp>
#include <ctnn/core/type_name.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

/// The same of an engine with weights::bf16 or weights::int8.
template <class Net, class Weights>
struct NarrowEngineCall {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    tasks.push_back(make_task(detail::joined(prefix, "engine, " + std::string(type_name<Weights>)),
                              std::make_shared<detail::EngineCall<Net, Weights>>(Net{Seed{1}})));
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
