#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <ctnn/core/geometry.hpp>
#include <ctnn/kernels/block.hpp>

namespace ctnn::kernels {

namespace detail {

/// The same movement with fewer axes: those of extent 1 left out, and neighbours that stay neighbours joined.
constexpr Permutation simplified(const Permutation& p) {
  Permutation joined{0, {}, {}};
  std::size_t first[6] = {}, extents[6] = {};
  for (std::size_t i = 0; i < p.rank; ++i) {
    const std::size_t axis = p.axes[i], extent = p.extents[axis];
    if (extent == 1) continue;
    if (joined.rank > 0) {
      std::size_t next = first[joined.rank - 1], product = p.extents[next];
      ++next;
      while (product < extents[joined.rank - 1] || (next < axis && p.extents[next] == 1))
        product *= p.extents[next++];
      if (next == axis) {
        extents[joined.rank - 1] *= extent;
        continue;
      }
    }
    first[joined.rank] = axis;
    extents[joined.rank++] = extent;
  }
  for (std::size_t i = 0; i < joined.rank; ++i) {
    std::size_t place = 0;
    for (std::size_t j = 0; j < joined.rank; ++j) place += first[j] < first[i];
    joined.axes[i] = place;
    joined.extents[place] = extents[i];
  }
  return joined;
}

/// Distance of neighbours along each axis of the result, in the input and in the result.
struct MovementStrides {
  std::size_t extents[6] = {}, from[6] = {}, to[6] = {};
};

constexpr MovementStrides movement_strides(const Permutation& p) {
  MovementStrides result;
  std::size_t input[6] = {}, stride = 1;
  for (std::size_t i = p.rank; i-- > 0;) {
    input[i] = stride;
    stride *= p.extents[i];
  }
  stride = 1;
  for (std::size_t i = p.rank; i-- > 0;) {
    result.extents[i] = p.extents[p.axes[i]];
    result.from[i] = input[p.axes[i]];
    result.to[i] = stride;
    stride *= result.extents[i];
  }
  return result;
}

/// Calls visit(offset in the input, offset in the result) over all axes but two.
template <Permutation P, class Visit>
CTNN_INLINE void for_each_outer(std::size_t skipped, std::size_t also_skipped, Visit visit) {
  constexpr MovementStrides s = movement_strides(P);
  std::size_t counters[6] = {}, from = 0, to = 0;
  for (;;) {
    visit(from, to);
    std::size_t axis = P.rank;
    for (;;) {
      if (axis == 0) return;
      --axis;
      if (axis == skipped || axis == also_skipped) continue;
      from += s.from[axis];
      to += s.to[axis];
      if (++counters[axis] < s.extents[axis]) break;
      from -= s.from[axis] * s.extents[axis];
      to -= s.to[axis] * s.extents[axis];
      counters[axis] = 0;
    }
  }
}

}  // namespace detail

/// Moves a row-major array into the order of a permutation of its axes.
template <class T, Permutation P>
[[gnu::noinline]] void transpose(const T* input, T* output) {
  constexpr Permutation simple = detail::simplified(P);
  constexpr detail::MovementStrides strides = detail::movement_strides(simple);
  if constexpr (simple.rank == 0) {
    output[0] = input[0];
  } else if constexpr (simple.axes[simple.rank - 1] == simple.rank - 1) {
    constexpr std::size_t run = strides.extents[simple.rank - 1];
    detail::for_each_outer<simple>(simple.rank - 1, simple.rank - 1, [&](std::size_t from, std::size_t to) {
      std::copy_n(input + from, run, output + to);
    });
  } else {
    constexpr std::size_t across = simple.rank - 1;
    // The result's axis that was the input's last.
    constexpr std::size_t down = static_cast<std::size_t>(
        std::find(simple.axes, simple.axes + simple.rank, simple.rank - 1) - simple.axes);
    detail::for_each_outer<simple>(across, down, [&](std::size_t from, std::size_t to) {
      copy_transposed(input + from, strides.from[across], strides.extents[across], strides.extents[down],
                      output + to, strides.to[down]);
    });
  }
}

/// output[o, i, n] = input[o, index[o, i, n], n] for input [outer, axis, inner], index and output [outer,
/// picked, inner]; an index lies in [0, axis).
template <class T, GatherSizes S>
[[gnu::noinline]] void gather(const T* input, const std::int32_t* index, T* output) {
  for (std::size_t o = 0; o < S.outer; ++o) {
    for (std::size_t i = 0; i < S.picked; ++i) {
      for (std::size_t n = 0; n < S.inner; ++n) {
        output[n] = input[static_cast<std::size_t>(index[n]) * S.inner + n];
      }
      output += S.inner;
      index += S.inner;
    }
    input += S.axis * S.inner;
  }
}

/// The adjoint of gather: output [outer, axis, inner] is 0 but for the sums of what each element was picked
/// into.
template <class T, GatherSizes S>
[[gnu::noinline]] void scatter_add(const T* upstream, const std::int32_t* index, T* output) {
  std::fill_n(output, S.outer * S.axis * S.inner, T(0));
  for (std::size_t o = 0; o < S.outer; ++o) {
    for (std::size_t i = 0; i < S.picked; ++i) {
      for (std::size_t n = 0; n < S.inner; ++n) {
        output[static_cast<std::size_t>(index[n]) * S.inner + n] += upstream[n];
      }
      upstream += S.inner;
      index += S.inner;
    }
    output += S.axis * S.inner;
  }
}

}  // namespace ctnn::kernels
