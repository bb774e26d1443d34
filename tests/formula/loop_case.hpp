#pragma once
#include <catch2/catch.hpp>
#include <ctnn/formula_tensors.hpp>

// What the tests of loops repeat, and where.

namespace ctnn::test {

inline constexpr Variable<"x"> x;
inline constexpr Variable<"r"> r;
inline constexpr Variable<"v", Shape<4>> v;
inline constexpr Variable<"w", Shape<3>> w;
inline constexpr Variable<"W", Shape<3, 4>> W;

inline constexpr Tensor<double, 4> vector{1, -0.5, 2, 0.25};
inline constexpr Tensor<double, 3> other{0.5, -1, 0.75};
inline constexpr Tensor<double, 3, 4> matrix{.1, .2, .3, -.4, .5, .6, -.7, .8, .9, -1, .11, .12};

void check_derivatives(const auto& f, const auto& at) {
  CHECK(gradcheck(f, at));
  CHECK(gradgradcheck(f, at));
}

}  // namespace ctnn::test
