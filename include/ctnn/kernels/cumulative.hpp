#pragma once
#include <ctnn/core/geometry.hpp>
#include <ctnn/kernels/block.hpp>

namespace ctnn::kernels {

namespace detail {

/// A running value along the middle of [outer, steps, inner]: `first(read, place)` begins it, and
/// `next(value, read, place)` makes the next of the last one. Lanes are neighbours along the inner axis.
template <class T, RunningSizes S, class First, class Next>
CTNN_INLINE void run_inner(T* output, First first, Next next) {
  using B = Batch<T>;
  constexpr std::size_t rest = S.inner % lanes<B>;
  const auto place = [](std::size_t t) { return (S.backward ? S.steps - 1 - t : t) * S.inner; };
  for (std::size_t o = 0; o < S.outer; ++o) {
    const std::size_t begin = o * S.steps * S.inner;
    std::size_t i = begin;
    for (; i + lanes<B> <= begin + S.inner; i += lanes<B>) {
      const auto read = [i](const T* from, std::size_t at) { return load<B>(from + at + i); };
      B value = first(read, place(0));
      store(output + i + place(0), value);
      for (std::size_t t = 1; t < S.steps; ++t) {
        value = next(value, read, place(t));
        store(output + i + place(t), value);
      }
    }
    if constexpr (rest != 0) {
      const auto read = [i](const T* from, std::size_t at) { return load_partial<B>(from + at + i, rest); };
      B value = first(read, place(0));
      store_partial(output + i + place(0), value, rest);
      for (std::size_t t = 1; t < S.steps; ++t) {
        value = next(value, read, place(t));
        store_partial(output + i + place(t), value, rest);
      }
    }
  }
}

/// Rows, several at a time: each waits for its own last value alone.
template <class T, RunningSizes S, std::size_t Rows, class First, class Next>
CTNN_INLINE void run_rows(std::size_t begin, T* output, First first, Next next) {
  T values[Rows];
  for (std::size_t t = 0; t < S.steps; ++t) {
    const std::size_t column = S.backward ? S.steps - 1 - t : t;
    CTNN_UNROLL for (std::size_t row = 0; row < Rows; ++row) {
      const std::size_t place = begin + row * S.steps + column;
      const auto read = [](const T* from, std::size_t at) { return from[at]; };
      output[place] = values[row] = t == 0 ? first(read, place) : next(values[row], read, place);
    }
  }
}

template <class T, RunningSizes S, class First, class Next>
CTNN_INLINE void run_along(T* output, First first, Next next) {
  if constexpr (S.inner > 1) {
    run_inner<T, S>(output, first, next);
  } else {
    constexpr std::size_t rows = 4, rest = S.outer % rows;
    for (std::size_t row = 0; row + rows <= S.outer; row += rows)
      run_rows<T, S, rows>(row * S.steps, output, first, next);
    if constexpr (rest != 0) run_rows<T, S, rest>((S.outer - rest) * S.steps, output, first, next);
  }
}

}  // namespace detail

/// Sums of the elements so far along the middle of [outer, steps, inner].
template <class T, RunningSizes S>
[[gnu::noinline]] void cumulative_sum(const T* input, T* output) {
  detail::run_along<T, S>(
      output, [&](auto read, std::size_t at) CTNN_INLINED { return read(input, at); },
      [&](const auto& value, auto read, std::size_t at) CTNN_INLINED { return value + read(input, at); });
}

/// y_t = factor_t · y_(t-1) + term_t along the middle of [outer, steps, inner], from y = 0.
template <class T, RunningSizes S>
[[gnu::noinline]] void linear_recurrence(const T* factor, const T* term, T* output) {
  detail::run_along<T, S>(
      output, [&](auto read, std::size_t at) CTNN_INLINED { return read(term, at); },
      [&](const auto& value, auto read, std::size_t at)
          CTNN_INLINED { return read(factor, at) * value + read(term, at); });
}

}  // namespace ctnn::kernels
