#pragma once
#include <ctnn/data/dataset.hpp>
#include <ctnn/layers/identity.hpp>
#include <ctnn/model/engine.hpp>
#include <ctnn/train/evaluate.hpp>

namespace ctnn {

/// Runs the engine over a dataset, sample by sample: what its weights cost in loss and accuracy is the
/// difference to evaluate<Batch>(model, …). Throws as that does.
template <class Net, class Weights, class Data, Loss Criterion>
Metrics evaluate(Engine<Net, Weights>& engine, const Data& data, Criterion criterion) {
  using Fit = detail::DatasetFit<Net, Data, Criterion>;
  static_cast<void>(Checked<Fit>{});
  if constexpr (Fit::complaint.size() != 0) {
    return {};
  } else {
    detail::check_dataset<Net, Criterion>(data);
    using OutputShape = typename Net::output_shape;
    Dataset<typename Net::value_type, OutputShape, typename Data::target_type> outputs;
    outputs.samples.resize(data.size() * OutputShape::elements);
    outputs.targets = data.targets;
    for (std::size_t i = 0; i < data.size(); ++i)
      engine.run(data.sample(i).data(), outputs.samples.data() + i * OutputShape::elements);
    return evaluate<16>(Model<Identity, OutputShape, typename Net::value_type>{}, outputs, criterion);
  }
}

}  // namespace ctnn
