#pragma once
#include <ctnn/layers.hpp>
#include <ctnn/losses.hpp>
#include <ctnn/train/trainer.hpp>
#include <type_traits>

#include "reference/reference.hpp"

namespace ctnn::test {

/// A model's parameters one after the other, without the gaps between tensors.
template <class Net>
std::vector<typename Net::value_type> packed_parameters(const Net& model) {
  std::vector<typename Net::value_type> result;
  model.for_each_parameter([&](auto, auto view) { result.insert(result.end(), view.begin(), view.end()); });
  return result;
}

template <class T, class Optimizer>
void check_trajectory_in(const Reference& reference, const std::string& name, const Optimizer& optimizer) {
  using Net = Model<Sequential<Linear<5>, Tanh, Linear<3>>, Shape<4>, T>;
  constexpr std::size_t batch = 4, steps = 5;
  constexpr double bound = std::is_same_v<T, float> ? 1e-6 : 1e-12;
  Net model;
  std::size_t stream = 0;
  model.for_each_parameter(
      [&](auto, auto view) { fill(std::span(view.begin(), view.size()), ++stream, 1.0); });
  Trainer<Net, MeanSquaredError, Optimizer, batch> trainer(model, optimizer);
  const auto expected = reference(name);
  REQUIRE(expected.size() == steps * Net::parameter_count);
  for (std::size_t step = 0; step < steps; ++step) {
    INFO(name << " of " << sizeof(T) << " bytes, step " << step + 1);
    trainer.step(numbers<T>(batch * 4, 100 + step, 2.0).data(),
                 numbers<T>(batch * 3, 200 + step, 2.0).data());
    CHECK(largest_difference<T>(
              packed_parameters(model),
              std::span(expected).subspan(step * Net::parameter_count, Net::parameter_count)) <= bound);
  }
}

/// Checks the parameters after each of five steps against PyTorch, in float and in double.
template <class Optimizer>
void check_trajectory(const std::string& name, const Optimizer& optimizer) {
  const Reference reference("optimizers");
  check_trajectory_in<float>(reference, name, optimizer);
  check_trajectory_in<double>(reference, name, optimizer);
}

}  // namespace ctnn::test
