#pragma once
#include <cmath>
#include <ctnn/initializers/initializer.hpp>

namespace ctnn {

/// Normal of variance 2 / fan in, for ReLU. (He, Zhang, Ren and Sun, ICCV 2015, equation 10.)
inline double he_normal(Random& random, Fans fans) {
  return std::sqrt(2 / fans.in) * random.normal<double>();
}
/// Normal of variance 2 / fan out, which keeps the gradient's size instead. (The same, equation 14.)
inline double he_normal_fan_out(Random& random, Fans fans) {
  return std::sqrt(2 / fans.out) * random.normal<double>();
}
/// Uniform of variance 2 / fan in.
inline double he_uniform(Random& random, Fans fans) {
  const double bound = std::sqrt(6 / fans.in);
  return random.uniform(-bound, bound);
}

}  // namespace ctnn
