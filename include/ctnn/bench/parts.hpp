#pragma once
#include <algorithm>
#include <ctnn/bench/calls.hpp>
#include <ctnn/core/type_name.hpp>
#include <functional>
#include <iterator>
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

/// A layer and the shape of its samples: `Linear<10> [64]`.
template <class L, class S>
inline constexpr auto name_of = freeze_text([] { return join(type_name<L>, " ", S::extents); });

}  // namespace detail

/// The layer L on a batch of samples of shape S: its output, in evaluation; beside it, what peers need for
/// the same. A Peer is made from the parameters, in the layout of a Model's, and the samples, both
/// std::span<const T>; called, it writes what `output()` returns, and it has a `name`. A peer that gives
/// another result ends the program by std::runtime_error.
template <ctnn::Layer L, class S, std::size_t Batch = 1, class T = float, class... Peers>
struct Value {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    using Net = ctnn::Model<L, S, T>;
    const auto call = detail::layer_call<Evaluation<L, S, Batch>, L, S, T>();
    tasks.push_back(make_task(detail::joined(prefix, detail::of_batch("value", Batch)), call));
    (*call)();
    [[maybe_unused]] const auto numbers = [&](std::size_t block, std::size_t count) {
      return std::span<const T>(call->numbers(block)).first(count);
    };
    (detail::add_peer<Peers>(tasks.back(), numbers(block::output, Batch * Net::output_extents.elements()),
                             numbers(block::parameters, Net::parameter_elements),
                             numbers(block::input, Batch * Net::input_extents.elements())),
     ...);
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

/// A call of the model's engine, one sample; beside it, peers as Value's.
template <class Net, class... Peers>
struct EngineCall {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    const Net model{Seed{1}};
    const auto call = std::make_shared<detail::EngineCall<Net>>(model);
    tasks.push_back(make_task(detail::joined(prefix, "engine"), call));
    (*call)();
    (detail::add_peer<Peers>(tasks.back(), call->output(), model.parameters(), call->input()), ...);
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
/// optimizer is made without arguments, and a learning rate changes no time. A Peer is made from the
/// parameters, the samples, the targets (all std::span<const …>) and the optimizer; a call of it is a step,
/// and `parameters()` returns what that left, in the layout of a Model's. Two steps are compared: what they
/// changed.
template <class Net, Loss Criterion, std::size_t Batch = 1, class Optimizer = SGD, class... Peers>
struct TrainingStep {
  static void add(std::vector<Task>& tasks, std::string_view prefix) {
    using Call = detail::TrainingCall<Net, Criterion, Optimizer, Batch>;
    using T = typename Net::value_type;
    const Optimizer optimizer{};
    const auto call = std::make_shared<Call>(optimizer);
    tasks.push_back(make_task(detail::joined(prefix, detail::of_batch("training step", Batch)), call));
    if constexpr (sizeof...(Peers) > 0) {
      const std::vector<T> start(call->parameters().begin(), call->parameters().end());
      const auto changed = [&](auto& steps) {
        steps(), steps();
        std::vector<T> change;
        std::ranges::transform(steps.parameters(), start, std::back_inserter(change), std::minus());
        return change;
      };
      const std::vector<T> expected = changed(*call);
      // A parameter is rounded at each step.
      const T rounding = 4 * std::numeric_limits<T>::epsilon() * std::ranges::max(start);
      const auto add_peer = [&]<class Peer>(std::shared_ptr<Peer> peer) {
        detail::expect_equal<T>(tasks.back().name, Peer::name, changed(*peer), expected, rounding);
        tasks.back().peers.push_back({Peer::name, repeat([peer]() CTNN_INLINED { (*peer)(); })});
      };
      (add_peer(
           std::make_shared<Peers>(std::span<const T>(start), call->samples(), call->targets(), optimizer)),
       ...);
    }
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
    const std::string name = detail::joined(prefix, detail::name_of<L, S>);
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
        tasks, detail::joined(prefix, detail::name_of<typename Net::layer, typename Net::input_shape>));
  }
};

}  // namespace ctnn::bench
