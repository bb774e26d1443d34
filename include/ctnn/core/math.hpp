#pragma once
#include <ctnn/core/math/finite.hpp>
#include <ctnn/core/math/functions.hpp>
#include <ctnn/core/math/gamma.hpp>

/// Elementary and special functions of scalars that the compiler can evaluate too, each to two units of a
/// double's last place; for the gamma function's relatives see gamma.hpp.
namespace ctnn::scalar {}
