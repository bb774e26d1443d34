#pragma once
#include <cmath>
#include <ctnn/initializers/initializer.hpp>

namespace ctnn {

/// Uniform in ±1 / sqrt(fan in): PyTorch's default for the weights and biases of Linear and Conv2d.
inline double pytorch_uniform(Random& random, Fans fans) {
  const double bound = 1 / std::sqrt(fans.in);
  return random.uniform(-bound, bound);
}

}  // namespace ctnn
