#pragma once
#include <cmath>
#include <ctnn/initializers/initializer.hpp>

namespace ctnn {

/// Uniform in ±sqrt(6 / (fan in + fan out)), for tanh and sigmoid. (Glorot and Bengio, AISTATS 2010,
/// equation 16.)
inline double glorot_uniform(Random& random, Fans fans) {
  const double bound = std::sqrt(6 / (fans.in + fans.out));
  return random.uniform(-bound, bound);
}
/// Normal of the same variance, 2 / (fan in + fan out).
inline double glorot_normal(Random& random, Fans fans) {
  return std::sqrt(2 / (fans.in + fans.out)) * random.normal<double>();
}

}  // namespace ctnn
