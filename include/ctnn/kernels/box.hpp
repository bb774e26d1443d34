#pragma once
#include <algorithm>
#include <cstddef>
#include <ctnn/core/geometry.hpp>
#include <ctnn/core/inline.hpp>

namespace ctnn::kernels {

namespace detail {

/// The first axis from which on the box's elements are side by side in the block, too.
constexpr std::size_t first_joined_axis(const BoxSizes& s) {
  std::size_t axis = s.rank;
  while (axis > 0 && (axis == s.rank || s.box[axis] == s.block[axis])) --axis;
  return axis;
}
constexpr std::size_t elements_behind(const std::size_t* extents, std::size_t axis, std::size_t rank) {
  std::size_t product = 1;
  while (++axis < rank) product *= extents[axis];
  return product;
}
/// How many elements are side by side.
constexpr std::size_t joined_elements(const BoxSizes& s) {
  const std::size_t axis = first_joined_axis(s);
  return s.rank == 0 ? 1 : s.box[axis] * elements_behind(s.box, axis, s.rank);
}

/// Calls visit(place in the block, place in the box) for every run of elements that are side by side in both.
template <BoxSizes S, std::size_t Axis = 0>
CTNN_INLINE void for_each_box_run(std::size_t block, std::size_t box, auto visit) {
  if constexpr (S.rank == 0) {
    visit(block, box);
  } else {
    constexpr std::size_t in_block = elements_behind(S.block, Axis, S.rank),
                          in_box = elements_behind(S.box, Axis, S.rank);
    block += S.begin[Axis] * in_block;
    if constexpr (Axis == first_joined_axis(S)) {
      visit(block, box);
    } else {
      for (std::size_t i = 0; i < S.box[Axis]; ++i)
        for_each_box_run<S, Axis + 1>(block + i * in_block, box + i * in_box, visit);
    }
  }
}

}  // namespace detail

/// A box out of a block.
template <class T, BoxSizes S>
void slice(const T* input, T* output) {
  detail::for_each_box_run<S>(0, 0, [&](std::size_t block, std::size_t box) CTNN_INLINED {
    std::copy_n(input + block, detail::joined_elements(S), output + box);
  });
}

/// A block of zeros with a box in it.
template <class T, BoxSizes S>
void pad(const T* input, T* output) {
  constexpr std::size_t all = S.rank == 0 ? 1 : S.block[0] * detail::elements_behind(S.block, 0, S.rank),
                        joined = detail::joined_elements(S);
  constexpr bool is_one_run = S.rank == 0 || detail::first_joined_axis(S) == 0;
  if constexpr (!is_one_run) std::fill_n(output, all, T(0));
  detail::for_each_box_run<S>(0, 0, [&](std::size_t block, std::size_t box) CTNN_INLINED {
    std::copy_n(input + box, joined, output + block);
    if constexpr (is_one_run) {
      std::fill_n(output, block, T(0));
      std::fill_n(output + block + joined, all - block - joined, T(0));
    }
  });
}

/// Runs of each input in turn, so many of each: Lengths are how long they are.
template <std::size_t Runs, std::size_t... Lengths, class T, class... Inputs>
void concat(T* output, const Inputs*... inputs) {
  for (std::size_t run = 0; run < Runs; ++run)
    ((output = std::copy_n(inputs + run * Lengths, Lengths, output)), ...);
}

}  // namespace ctnn::kernels
