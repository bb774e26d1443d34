#pragma once
#include <ctnn/model.hpp>
#include <span>
#include <vector>

namespace bench {

/// A tensor of a network's parameters, under no name: rows are outputs.
struct Parameter {
  std::size_t offset;  ///< in the block
  std::vector<std::size_t> shape;
  std::size_t elements;
};

/// The parameters of a Model, in the order of its layers: a weight, a bias, a weight, …
template <class Net>
std::vector<Parameter> parameters_of() {
  std::vector<Parameter> result;
  for (const ctnn::TensorInfo& p : Net::network::lowered.parameters) {
    result.push_back({p.offset, {}, p.shape.elements()});
    for (std::size_t axis = 0; axis < p.shape.rank; ++axis) result.back().shape.push_back(p.shape[axis]);
  }
  return result;
}

}  // namespace bench
