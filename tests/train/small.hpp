#pragma once
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

/// A network and data so small that a test can follow every step.
using Small = ctnn::Model<ctnn::Sequential<ctnn::Linear<5>, ctnn::Tanh, ctnn::Linear<3>>, ctnn::Shape<4>>;
using Points = ctnn::Dataset<float, ctnn::Shape<4>>;

/// Points around three centres, labelled by them: 0, 1, 2, 0, …
inline Points points(std::size_t count, std::uint64_t seed = 7) {
  ctnn::Random random(ctnn::Seed{seed});
  Points set;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < 4; ++k)
      set.samples.push_back((k == i % 3 ? 1.0f : 0.0f) + random.uniform(-0.3f, 0.3f));
    set.targets.push_back(static_cast<std::int32_t>(i % 3));
  }
  return set;
}

inline std::vector<float> weights_of(const Small& model) {
  return {model.parameters().begin(), model.parameters().end()};
}
