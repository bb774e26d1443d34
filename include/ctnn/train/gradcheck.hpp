#pragma once
#include <ctnn/core/central_differences.hpp>
#include <ctnn/graph/jvp.hpp>
#include <ctnn/layers/identity.hpp>
#include <ctnn/train/value_and_gradient.hpp>

namespace ctnn {

namespace detail {

/// Adds to a graph whose first output is a scalar that scalar's gradient by every parameter, to
/// block::gradients, and by the samples, to block::predictions. Or, if a direction is given in
/// block::packed and block::losses, the product of the Hessian with it, to the same blocks.
constexpr Graph with_checked_derivatives(GraphView forward, bool second) {
  GraphBuilder builder(forward);
  std::vector<Value> inputs, directions;
  for (std::size_t i = 0; i < forward.size(); ++i) {
    const Node& node = forward.nodes[i];
    if (node.primitive != &primitive::input) continue;
    const auto* binding = node.attributes.integers;
    if (binding[0] != block::parameters && binding[0] != block::input) continue;
    inputs.push_back(builder.value(static_cast<NodeId>(i)));
    if (second)
      directions.push_back(
          input(builder, node.shape,
                {binding[0] == block::parameters ? block::packed : block::losses, binding[1]}));
  }
  std::vector<Value> results = gradient(builder.value(forward.outputs[0].node), inputs);
  if (second) results = jvp(results, inputs, directions);
  builder.graph().outputs.resize(1);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto* binding = inputs[i].node().attributes.integers;
    const Value result = results[i] ? results[i] : constant_like(inputs[i], 0);
    builder.output(result,
                   {binding[0] == block::parameters ? block::gradients : block::predictions, binding[1]});
  }
  return remove_dead(builder.graph().view());
}
template <class Net, Loss Criterion, std::size_t Batch, bool Second>
struct CheckedDerivatives {
  static constexpr auto graph = freeze_graph(
      [] { return with_checked_derivatives(TrainingLoss<Net, Criterion, Batch>::graph.view(), Second); });
};

/// The loss that checks a layer: the inner product of its output with the targets.
struct InnerProduct {
  static constexpr ElementType target_type = ElementType::real;
  static constexpr Extents target(const Extents& prediction) { return prediction; }
  static constexpr Value lower(Builder&, Value prediction, Value target) {
    const Value products = prediction * target;
    return products.shape().rank == 1 ? products : sum(products, 1, products.shape().rank);
  }
};

/// A model of doubles and a batch, all of which can be moved.
template <class Net, Loss Criterion, std::size_t Batch>
class ModelCheck {
  static_assert(std::is_same_v<typename Net::value_type, double>,
                "ctnn: gradcheck takes a model of double, Model<…, double>: in float, differences are noise");
  using Target = target_element<Criterion, double>;
  template <bool Second>
  using program = Program<CheckedDerivatives<Net, Criterion, Batch, Second>, double>;

 public:
  static constexpr std::size_t sample_elements = Batch * Net::input_extents.elements();
  static constexpr std::size_t target_elements = Batch * Criterion::target(Net::output_extents).elements();

  ModelCheck(Net model, const double* samples, const Target* targets)
      : model_(std::move(model)),
        samples_(samples, samples + sample_elements),
        targets_(targets, targets + target_elements) {
    if constexpr (Criterion::target_type == ElementType::index)
      check_labels(targets_, Net::output_extents.back());
    model_.for_each_parameter([&](std::string_view name, auto view) {
      variables_.push_back({name, {view.data(), view.size()}});
      offsets_.push_back(static_cast<std::size_t>(view.data() - model_.parameters().data()));
    });
    variables_.push_back({"input", samples_});
  }
  ModelCheck(const ModelCheck&) = delete;
  ModelCheck& operator=(const ModelCheck&) = delete;

  GradcheckResult first(const GradcheckOptions& options) {
    run<false>();
    const std::vector<double> gradient = gradients_;
    return compare_with_differences(
        variables_, options, [&] { return std::vector<double>{run<false>()}; },
        [&](std::size_t variable, std::size_t element) {
          return std::vector<double>{gradient[place(variable) + element]};
        });
  }
  GradcheckResult second(const GradcheckOptions& options) {
    return compare_with_differences(
        variables_, options,
        [&] {
          run<false>();
          return gradients_;
        },
        [&](std::size_t variable, std::size_t element) {
          double& along = direction_[place(variable) + element];
          along = 1;
          run<true>();
          along = 0;
          return gradients_;
        });
  }

 private:
  /// Where a variable is in gradients_ and direction_: parameters in their own layout, then the samples.
  std::size_t place(std::size_t variable) const {
    return variable < offsets_.size() ? offsets_[variable] : Net::parameter_elements;
  }

  template <bool Second>
  double run() {
    double loss = 0;
    Blocks blocks = model_.bind();
    AlignedBuffer<std::byte> workspace(program<Second>::workspace_bytes);
    blocks.bind(block::arena, workspace.data());
    blocks.bind(block::input, samples_.data());
    blocks.bind(block::target, targets_.data());
    blocks.bind(block::sample_weights, weights_.data());
    blocks.bind(block::output, &loss);
    blocks.bind(block::gradients, gradients_.data());
    blocks.bind(block::predictions, gradients_.data() + Net::parameter_elements);
    blocks.bind(block::packed, direction_.data());
    blocks.bind(block::losses, direction_.data() + Net::parameter_elements);
    program<Second>::run(blocks);
    return loss;
  }

  Net model_;
  std::vector<double> samples_;
  std::vector<Target> targets_;
  std::vector<double> weights_ = std::vector<double>(Batch, 1.0);
  std::vector<double> gradients_ = std::vector<double>(Net::parameter_elements + sample_elements);
  std::vector<double> direction_ = gradients_;
  std::vector<MovableVariable> variables_;
  std::vector<std::size_t> offsets_;
};

/// A check of a layer or a loss on two samples, of random numbers.
template <class L, Loss Criterion, class S>
class RandomCheck {
  static constexpr std::size_t batch = 2;
  using Net = Model<L, S, double>;
  using Check = ModelCheck<Net, Criterion, batch>;

 public:
  explicit RandomCheck(const GradcheckOptions& options) {
    Random random(options.seed, 1);
    for (double& x : samples_) x = random.normal<double>();
    for (auto& target : targets_) {
      if constexpr (Criterion::target_type == ElementType::index)
        target = static_cast<std::int32_t>(random.below(Net::output_extents.back()));
      else
        target = random.uniform01<double>();
    }
  }
  Check check(const GradcheckOptions& options) const {
    return Check(Net(options.seed), samples_.data(), targets_.data());
  }

 private:
  std::vector<double> samples_ = std::vector<double>(Check::sample_elements);
  std::vector<target_element<Criterion, double>> targets_ =
      std::vector<target_element<Criterion, double>>(Check::target_elements);
};

template <bool Second, Loss Criterion, std::size_t Batch, class Net, class Samples, class Targets>
GradcheckResult check_model(const Net& model, const Samples& samples, const Targets& targets,
                            const GradcheckOptions& options) {
  using Fit = BatchFit<Net, Criterion, Batch, Samples, Targets>;
  static_cast<void>(Checked<Fit>{});
  if constexpr (Fit::complaint.size() == 0) {
    Fit::check_sizes(std::size(samples), std::size(targets));
    ModelCheck<Net, Criterion, Batch> check(model, std::data(samples), std::data(targets));
    if constexpr (Second)
      return check.second(options);
    else
      return check.first(options);
  } else {
    return {};
  }
}

}  // namespace detail

/// Compares the gradient of a model's mean loss over Batch samples, by every parameter and by the samples
/// (`input`), with central differences: `gradcheck<CrossEntropy, 2>(net, samples, labels)`. The model is one
/// of double, and is not changed. Throws as value_and_gradient does.
template <Loss Criterion, std::size_t Batch, class Net, class Samples, class Targets>
GradcheckResult gradcheck(const Net& model, const Samples& samples, const Targets& targets,
                          const GradcheckOptions& options = {}) {
  return detail::check_model<false, Criterion, Batch>(model, samples, targets, options);
}

/// Compares the columns of the Hessian of the same loss with central differences of its gradient.
template <Loss Criterion, std::size_t Batch, class Net, class Samples, class Targets>
GradcheckResult gradgradcheck(const Net& model, const Samples& samples, const Targets& targets,
                              const GradcheckOptions& options = {}) {
  return detail::check_model<true, Criterion, Batch>(model, samples, targets, options);
}

/// The same for a layer on samples of shape S, by its parameters and its input, at random numbers:
/// `gradcheck<Linear<3>, Shape<4>>()`.
template <Layer L, class S>
GradcheckResult gradcheck(const GradcheckOptions& options = {}) {
  return detail::RandomCheck<L, detail::InnerProduct, S>(options).check(options).first(options);
}
template <Layer L, class S>
GradcheckResult gradgradcheck(const GradcheckOptions& options = {}) {
  return detail::RandomCheck<L, detail::InnerProduct, S>(options).check(options).second(options);
}

/// The same for a loss of predictions of shape S: `gradcheck<MeanSquaredError, Shape<4>>()`.
template <Loss Criterion, class S>
GradcheckResult gradcheck(const GradcheckOptions& options = {}) {
  return detail::RandomCheck<Identity, Criterion, S>(options).check(options).first(options);
}
template <Loss Criterion, class S>
GradcheckResult gradgradcheck(const GradcheckOptions& options = {}) {
  return detail::RandomCheck<Identity, Criterion, S>(options).check(options).second(options);
}

}  // namespace ctnn
