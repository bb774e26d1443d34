#pragma once
#include <ctnn/ops/exponential.hpp>
#include <ctnn/ops/hyperbolic.hpp>
#include <ctnn/ops/piecewise.hpp>
#include <ctnn/ops/power.hpp>
#include <ctnn/ops/sigmoid.hpp>
#include <ctnn/ops/special.hpp>
#include <ctnn/ops/trigonometric.hpp>

namespace ctnn {

/// x · y + z, whose multiplication and addition kernels may do in one.
constexpr Value fma(Value x, Value y, Value z) {
  return x * y + z;
}

}  // namespace ctnn
