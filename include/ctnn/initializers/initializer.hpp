#pragma once
#include <ctnn/core/random.hpp>

namespace ctnn {

/// Inputs and outputs that one weight's unit is connected to: for a convolution, channels of its group times
/// kernel area.
struct Fans {
  double in = 1, out = 1;
};

/// Draws one initial element of a parameter. A layer takes it as an option: `Linear<10,
/// Initialize<he_normal>>`.
using Initializer = double (*)(Random& random, Fans fans);

inline double zeros(Random&, Fans) {
  return 0;
}
inline double ones(Random&, Fans) {
  return 1;
}

}  // namespace ctnn
