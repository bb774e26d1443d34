#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/core/geometry.hpp>
#include <ctnn/kernels/block.hpp>

namespace ctnn::kernels {

namespace detail {

struct Add {
  template <class B>
  CTNN_INLINE B operator()(const B& x, const B& y) const {
    return x + y;
  }
  template <class B>
  CTNN_INLINE Element<B> lanes_of(const B& x) const {
    return reduce_add(x);
  }
};

struct Times {
  template <class B>
  CTNN_INLINE B operator()(const B& x, const B& y) const {
    return x * y;
  }
  template <class B>
  CTNN_INLINE Element<B> lanes_of(const B& x) const {
    return combine_lanes(x, [](Element<B> a, Element<B> b) { return a * b; });
  }
};

struct Larger {
  template <class B>
  CTNN_INLINE B operator()(const B& x, const B& y) const {
    return maximum(x, y);
  }
  template <class B>
  CTNN_INLINE Element<B> lanes_of(const B& x) const {
    return reduce_max(x);
  }
};

/// Combines read(begin), …, read(begin + Count - 1) in four chains.
template <std::size_t Count, class Combine, class Read>
CTNN_INLINE auto combine_run(std::size_t begin, Combine combine, Read read) {
  constexpr std::size_t chains = std::min<std::size_t>(4, Count), rest = Count % chains;
  using B = decltype(read(begin));
  B results[chains];
  CTNN_UNROLL for (std::size_t i = 0; i < chains; ++i) results[i] = read(begin + i);
  for (std::size_t k = chains; k + chains <= Count; k += chains) {
    CTNN_UNROLL for (std::size_t i = 0; i < chains; ++i) results[i] =
        combine(results[i], read(begin + k + i));
  }
  CTNN_UNROLL for (std::size_t i = 0; i < rest; ++i) {
    results[i] = combine(results[i], read(begin + Count - rest + i));
  }
  CTNN_UNROLL for (std::size_t i = 1; i < chains; ++i) results[0] = combine(results[0], results[i]);
  return results[0];
}

/// Combines read(0), …, read(Count - 1), in blocks so that a long sum stays accurate.
template <std::size_t Count, class Combine, class Read>
CTNN_INLINE auto combine_all(Combine combine, Read read) {
  constexpr std::size_t block = 512, rest = Count % block;
  if constexpr (Count <= block) {
    return combine_run<Count>(0, combine, read);
  } else {
    auto result = combine_run<block>(0, combine, read);
    for (std::size_t k = block; k + block <= Count; k += block) {
      result = combine(result, combine_run<block>(k, combine, read));
    }
    if constexpr (rest != 0) result = combine(result, combine_run<rest>(Count - rest, combine, read));
    return result;
  }
}

/// A row of Count elements to one.
template <class T, std::size_t Count, class Combine>
CTNN_INLINE T reduce_row(const T* row, Combine combine) {
  using B = Batch<T>;
  constexpr std::size_t whole = Count / lanes<B>, rest = Count % lanes<B>;
  if constexpr (whole == 0) {
    return combine_all<Count>(combine, [&](std::size_t i) { return row[i]; });
  } else {
    T result = combine.lanes_of(
        combine_all<whole>(combine, [&](std::size_t i) { return load<B>(row + i * lanes<B>); }));
    for (std::size_t i = Count - rest; i < Count; ++i) result = combine(result, row[i]);
    return result;
  }
}

/// Rows of a few elements each: transposed in blocks, so that lanes are rows.
template <class T, ReductionSizes S, class Combine>
CTNN_INLINE void reduce_short_rows(const T* input, T* output, Combine combine) {
  using B = BlockBatch<T>;
  constexpr std::size_t n = lanes<B>;
  std::size_t row = 0;
  for (; row + n <= S.outer; row += n) {
    const T* rows = input + row * S.reduced;
    B block[n];
    B result;
    for (std::size_t k = 0; k + n <= S.reduced; k += n) {
      load_transposed(block, rows + k, S.reduced);
      B partial = block[0];
      CTNN_UNROLL for (std::size_t i = 1; i < n; ++i) partial = combine(partial, block[i]);
      result = k == 0 ? partial : combine(result, partial);
    }
    if constexpr (S.reduced % n != 0) {
      constexpr std::size_t rest = S.reduced % n;
      load_transposed(block, rows + S.reduced - rest, S.reduced, n, rest);
      B partial = block[0];
      CTNN_UNROLL for (std::size_t i = 1; i < rest; ++i) partial = combine(partial, block[i]);
      result = S.reduced < n ? partial : combine(result, partial);
    }
    store(output + row, result);
  }
  if constexpr (S.outer % n != 0) {
    for (; row < S.outer; ++row) output[row] = reduce_row<T, S.reduced>(input + row * S.reduced, combine);
  }
}

template <class T, ReductionSizes S, class Combine>
CTNN_INLINE void reduce(const T* input, T* output, Combine combine) {
  static_assert(S.reduced > 0, "a reduction needs at least one element");
  if constexpr (S.inner == 1) {
    if constexpr (S.reduced <= 4 * lanes<Batch<T>> && S.outer >= lanes<BlockBatch<T>>) {
      reduce_short_rows<T, S>(input, output, combine);
    } else {
      for (std::size_t o = 0; o < S.outer; ++o) {
        output[o] = reduce_row<T, S.reduced>(input + o * S.reduced, combine);
      }
    }
  } else {
    using B = Batch<T>;
    constexpr std::size_t rest = S.inner % lanes<B>;
    for (std::size_t o = 0; o < S.outer; ++o) {
      for (std::size_t i = 0; i + lanes<B> <= S.inner; i += lanes<B>) {
        store(output + i, combine_all<S.reduced>(
                              combine, [&](std::size_t row) { return load<B>(input + row * S.inner + i); }));
      }
      if constexpr (rest != 0) {
        const std::size_t i = S.inner - rest;
        store_partial(
            output + i,
            combine_all<S.reduced>(
                combine, [&](std::size_t row) { return load_partial<B>(input + row * S.inner + i, rest); }),
            rest);
      }
      input += S.reduced * S.inner;
      output += S.inner;
    }
  }
}

}  // namespace detail

/// Sums over the middle axis of [outer, reduced, inner]; output [outer, inner].
template <class T, ReductionSizes S>
CTNN_INLINE void sum(const T* input, T* output) {
  detail::reduce<T, S>(input, output, detail::Add{});
}

/// Products over the middle axis of [outer, reduced, inner]; output [outer, inner].
template <class T, ReductionSizes S>
[[gnu::noinline]] void product(const T* input, T* output) {
  detail::reduce<T, S>(input, output, detail::Times{});
}

/// The largest over the middle axis of [outer, reduced, inner], NaN where there is one; output [outer,
/// inner].
template <class T, ReductionSizes S>
CTNN_INLINE void maximum(const T* input, T* output) {
  detail::reduce<T, S>(input, output, detail::Larger{});
}

}  // namespace ctnn::kernels
