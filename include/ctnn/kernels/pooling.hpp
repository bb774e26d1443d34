#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>

#include <ctnn/core/geometry.hpp>
#include <ctnn/kernels/block.hpp>
#include <ctnn/kernels/image.hpp>

namespace ctnn::kernels {

namespace detail {

template <PoolingSizes S>
inline constexpr bool pools_pairs = S.window == Window{{2, 2}, {2, 2}};

template <PoolingSizes S>
inline constexpr bool are_beside_each_other = S.window == Window{S.window.kernel, S.window.kernel};
/// Whether windows beside each other leave no element out.
template <PoolingSizes S>
inline constexpr bool windows_cover_all =
    S.image.height % S.window.kernel.height == 0 && S.image.width % S.window.kernel.width == 0;

/// The first Count lanes.
template <class B, std::size_t Count>
CTNN_INLINE B read_first(const Element<B>* from) {
  if constexpr (Count == lanes<B>)
    return load<B>(from);
  else if constexpr (Count == 0)
    return B(0);
  else
    return load_partial<B>(from, Count);
}
template <std::size_t Count, class B>
CTNN_INLINE void write_first(Element<B>* to, const B& x) {
  if constexpr (Count == lanes<B>)
    store(to, x);
  else if constexpr (Count != 0)
    store_partial(to, x, Count);
}

template <class T, PoolingSizes S>
inline constexpr T share = T(1) / static_cast<T>(S.window.area());

/// A batch for `count` elements at a time, no wider than they need.
template <class T, std::size_t Count>
using BatchFor = BatchUpTo<T, std::min(lanes<Batch<T>>, std::bit_ceil(Count))>;

/// Pairs of neighbours of a row, at most as many as a batch has lanes.
template <class B, std::size_t Count>
struct Pairs {
  B half[2];

  static constexpr std::size_t size(std::size_t i) {
    return std::min(lanes<B>, 2 * Count - std::min(2 * Count, i * lanes<B>));
  }
  CTNN_INLINE static Pairs read(const Element<B>* row) {
    return {read_first<B, size(0)>(row), read_first<B, size(1)>(row + lanes<B>)};
  }
  CTNN_INLINE void write(Element<B>* row) const {
    write_first<size(0)>(row, half[0]);
    keep_order();
    write_first<size(1)>(row + lanes<B>, half[1]);
    keep_order();
  }
  CTNN_INLINE B left() const { return every_second<false>(half[0], half[1]); }
  CTNN_INLINE B right() const { return every_second<true>(half[0], half[1]); }
};

/// Goes through windows of 2 x 2 beside each other, a vector of them at a time: visit(offset of their rows in
/// the images, offset in the outputs, Pairs of their number).
template <class T, PoolingSizes S, class Visit>
CTNN_INLINE void for_each_vector_of_windows(Visit visit) {
  constexpr Pair output = S.output();
  using B = BatchFor<T, output.width>;
  constexpr std::size_t n = lanes<B>, rest = output.width % n;
  for (std::size_t p = 0; p < S.planes; ++p) {
    for (std::size_t y = 0; y < output.height; ++y) {
      const std::size_t from = (p * S.image.height + 2 * y) * S.image.width;
      const std::size_t to = (p * output.height + y) * output.width;
      std::size_t x = 0;
      for (; x + n <= output.width; x += n) visit(from + 2 * x, to + x, Pairs<B, n>{});
      if constexpr (rest != 0) visit(from + 2 * x, to + x, Pairs<B, rest>{});
    }
  }
}

/// Pools windows of 2 x 2 beside each other.
template <class T, PoolingSizes S, class Combine, class Finish>
CTNN_INLINE void pool_pairs(const T* input, T* output, Combine combine, Finish finish) {
  for_each_vector_of_windows<T, S>(
      [&]<class B, std::size_t Count>(std::size_t from, std::size_t to, Pairs<B, Count> pairs) CTNN_INLINED {
        pairs = pairs.read(input + from);
        const auto below = pairs.read(input + from + S.image.width);
        CTNN_UNROLL for (std::size_t i = 0; i < 2; ++i) pairs.half[i] = combine(pairs.half[i], below.half[i]);
        write_first<Count>(output + to, reorder(finish(combine(pairs.left(), pairs.right()))));
      });
}

/// Whether windows of 2 x 2 pick each of their elements but the first rather than one before it.
template <class B>
struct Picks {
  typename BatchOf<B>::mask top_right, bottom_left, bottom_right;

  template <std::size_t Count>
  CTNN_INLINE Picks(const Pairs<B, Count>& top, const Pairs<B, Count>& bottom) {
    // No number is larger than infinity, which stands for NaN; and a NaN is not less than or equal to it.
    const B infinity = B(std::numeric_limits<Element<B>>::infinity());
    B largest = smaller(top.left(), infinity);
    const auto is_larger = [&](const B& x) CTNN_INLINED {
      const auto result = !(x <= largest);
      largest = choose(result, smaller(x, infinity), largest);
      return result;
    };
    top_right = is_larger(top.right());
    bottom_left = is_larger(bottom.left());
    bottom_right = is_larger(bottom.right());
  }
};

/// Calls visit(offset in the outputs, offset in the images) for the element that each window picks.
template <PoolingSizes S, class T, class Visit>
CTNN_INLINE void for_each_picked(const T* input, Visit visit) {
  constexpr Window window = S.window;
  std::size_t output = 0;
  for (std::size_t p = 0; p < S.planes; ++p) {
    for (std::size_t y = 0; y < S.output().height; ++y) {
      for (std::size_t x = 0; x < S.output().width; ++x) {
        T largest = 0;
        std::size_t place = static_cast<std::size_t>(-1);
        for (std::size_t i = 0; i < window.kernel.height; ++i) {
          const std::size_t row =
              y * window.stride.height + i * window.dilation.height - window.padding.height;
          if (row >= S.image.height) continue;
          for (std::size_t j = 0; j < window.kernel.width; ++j) {
            const std::size_t column =
                x * window.stride.width + j * window.dilation.width - window.padding.width;
            if (column >= S.image.width) continue;
            const std::size_t here = (p * S.image.height + row) * S.image.width + column;
            const T value = input[here];
            if (place != static_cast<std::size_t>(-1) && !((value > largest) | (value != value))) continue;
            largest = value;
            place = here;
          }
        }
        visit(output++, place);
      }
    }
  }
}

/// Pools each plane by rows: combines the window's rows that lie within the image into one row with borders
/// of `outside`, then that row's columns. `finish` makes the result of what is combined.
template <class T, PoolingSizes S, class Combine, class Finish>
CTNN_INLINE void pool_by_rows(const T* input, T* output, T outside, Combine combine, Finish finish) {
  using B = Batch<T>;
  constexpr Window window = S.window;
  constexpr std::size_t height = S.output().height, width = S.output().width;
  constexpr std::size_t reach = window.dilation.width * (window.kernel.width - 1) + 1;
  static_assert(reach <= 512, "a pooling window spans at most 512 columns");
  // Outputs of a row at a time, so that the columns they read fit a small buffer.
  constexpr std::size_t chunk = std::max<std::size_t>(1, std::min(width, 512 / window.stride.width));
  constexpr std::size_t span = (chunk - 1) * window.stride.width + reach;
  T row[span];
  for (std::size_t p = 0; p < S.planes; ++p, input += S.image.height * S.image.width) {
    for (std::size_t y = 0; y < height; ++y) {
      for (std::size_t begin = 0; begin < width; begin += chunk) {
        const std::size_t start = begin * window.stride.width;
        const std::size_t first = std::max(start, window.padding.width);
        const std::size_t last = std::min(start + span, S.image.width + window.padding.width);
        const std::size_t low = std::min(first, last) - start, high = std::max(first, last) - start;
        for (std::size_t j = 0; j < low; ++j) row[j] = outside;
        for (std::size_t j = low; j < span; ++j) row[j] = outside;
        for (std::size_t i = 0; i < window.kernel.height; ++i) {
          const std::size_t at =
              y * window.stride.height + i * window.dilation.height - window.padding.height;
          if (at >= S.image.height || last <= first) continue;
          const T* from = input + at * S.image.width + first - window.padding.width;
          std::size_t j = low;
          for (; j + lanes<B> <= high; j += lanes<B>) {
            store(row + j, combine(load<B>(row + j), load<B>(from + j - low)));
          }
          for (; j < high; ++j) row[j] = combine(row[j], from[j - low]);
        }
        const std::size_t count = std::min(chunk, width - begin);
        for (std::size_t x = 0; x < count; ++x) {
          T result = row[x * window.stride.width];
          for (std::size_t j = 1; j < window.kernel.width; ++j) {
            result = combine(result, row[x * window.stride.width + j * window.dilation.width]);
          }
          *output++ = finish(result);
        }
      }
    }
  }
}

}  // namespace detail

/// The largest element of each window, NaN where it has one; the padding counts as minus infinity.
template <class T, PoolingSizes S>
[[gnu::noinline]] void max_pool(const T* input, T* output) {
  const auto larger = [](const auto& x, const auto& y) CTNN_INLINED { return maximum(x, y); };
  const auto keep = [](const auto& x) CTNN_INLINED { return x; };
  if constexpr (detail::pools_pairs<S>)
    detail::pool_pairs<T, S>(input, output, larger, keep);
  else
    detail::pool_by_rows<T, S>(input, output, -std::numeric_limits<T>::infinity(), larger, keep);
}

/// The element of `direction` where each window of `input` has its largest: the first of equal ones, and a
/// NaN counts as larger than what comes before it, as in PyTorch.
template <class T, PoolingSizes S>
[[gnu::noinline]] void max_pool_tangent(const T* input, const T* direction, T* output) {
  if constexpr (detail::pools_pairs<S>) {
    detail::for_each_vector_of_windows<T, S>([&]<class B, std::size_t Count>(
                                                 std::size_t from, std::size_t to,
                                                 detail::Pairs<B, Count> pairs) CTNN_INLINED {
      const detail::Picks<B> picks(pairs.read(input + from), pairs.read(input + from + S.image.width));
      const auto top = pairs.read(direction + from), bottom = pairs.read(direction + from + S.image.width);
      const B first = choose(picks.top_right, top.right(), top.left());
      const B second = choose(picks.bottom_left, bottom.left(), first);
      detail::write_first<Count>(output + to, reorder(choose(picks.bottom_right, bottom.right(), second)));
    });
  } else {
    detail::for_each_picked<S>(input,
                               [&](std::size_t to, std::size_t from) { output[to] = direction[from]; });
  }
}

/// The transpose: each element of `upstream` added where its window has its largest element.
template <class T, PoolingSizes S>
[[gnu::noinline]] void max_pool_adjoint(const T* input, const T* upstream, T* output) {
  if constexpr (!detail::pools_pairs<S> || !detail::windows_cover_all<S>)
    fill_zero(output, S.planes * S.image.height * S.image.width);
  if constexpr (detail::pools_pairs<S>) {
    detail::for_each_vector_of_windows<T, S>(
        [&]<class B, std::size_t Count>(std::size_t from, std::size_t to,
                                        detail::Pairs<B, Count> pairs) CTNN_INLINED {
          const detail::Picks<B> picks(pairs.read(input + from), pairs.read(input + from + S.image.width));
          B left = reorder(detail::read_first<B, Count>(upstream + to));
          const auto take = [&](const auto& picked) CTNN_INLINED {
            const B taken = zero_unless(picked, left);
            left = zero_unless(!picked, left);
            return taken;
          };
          const auto write = [&](T* row, const B& even, const B& odd) CTNN_INLINED {
            pairs.half[0] = even, pairs.half[1] = odd;
            interleave(pairs.half[0], pairs.half[1]);
            pairs.write(row);
          };
          const B bottom_right = take(picks.bottom_right), bottom_left = take(picks.bottom_left);
          const B top_right = take(picks.top_right);
          write(output + from, left, top_right);
          write(output + from + S.image.width, bottom_left, bottom_right);
        });
  } else {
    detail::for_each_picked<S>(input,
                               [&](std::size_t to, std::size_t from) { output[from] += upstream[to]; });
  }
}

/// The mean of each window over all its positions, those in the padding counting as 0.
template <class T, PoolingSizes S>
[[gnu::noinline]] void average_pool(const T* input, T* output) {
  const auto add = [](const auto& x, const auto& y) CTNN_INLINED { return x + y; };
  const auto scale = []<class B>(const B& x) CTNN_INLINED { return x * B(detail::share<T, S>); };
  if constexpr (detail::pools_pairs<S>)
    detail::pool_pairs<T, S>(input, output, add, scale);
  else
    detail::pool_by_rows<T, S>(input, output, T(0), add, scale);
}

/// The gradient of average_pool: each element of `upstream` spread evenly over its window.
template <class T, PoolingSizes S>
[[gnu::noinline]] void average_pool_adjoint(const T* upstream, T* output) {
  constexpr Window window = S.window;
  constexpr std::size_t height = S.output().height, width = S.output().width;
  if constexpr (detail::are_beside_each_other<S> && !detail::windows_cover_all<S>)
    fill_zero(output, S.planes * S.image.height * S.image.width);
  if constexpr (detail::pools_pairs<S>) {
    detail::for_each_vector_of_windows<T, S>(
        [&]<class B, std::size_t Count>(std::size_t to, std::size_t from,
                                        detail::Pairs<B, Count> pairs) CTNN_INLINED {
          pairs.half[0] = reorder(B(detail::read_first<B, Count>(upstream + from) * B(detail::share<T, S>)));
          pairs.half[1] = pairs.half[0];
          interleave(pairs.half[0], pairs.half[1]);
          pairs.write(output + to);
          pairs.write(output + to + S.image.width);
        });
    return;
  } else if constexpr (detail::are_beside_each_other<S>) {
    // Each row of windows is written once, and nothing is added.
    constexpr std::size_t covered = width * window.kernel.width;
    for (std::size_t p = 0; p < S.planes; ++p, output += S.image.height * S.image.width) {
      for (std::size_t y = 0; y < height; ++y, upstream += width) {
        T* const first = output + y * window.kernel.height * S.image.width;
        if constexpr (width == 1 && covered == S.image.width) {
          fill(first, window.kernel.height * covered, *upstream * detail::share<T, S>);
        } else {
          for (std::size_t x = 0; x < width; ++x) {
            const T value = upstream[x] * detail::share<T, S>;
            CTNN_UNROLL for (std::size_t j = 0; j < window.kernel.width; ++j) {
              first[x * window.kernel.width + j] = value;
            }
          }
          for (std::size_t i = 1; i < window.kernel.height; ++i)
            copy_run<covered>(first, first + i * S.image.width);
        }
      }
    }
    return;
  }
  fill_zero(output, S.planes * S.image.height * S.image.width);
  for (std::size_t p = 0; p < S.planes; ++p, output += S.image.height * S.image.width) {
    for (std::size_t y = 0; y < height; ++y) {
      for (std::size_t i = 0; i < window.kernel.height; ++i) {
        const std::size_t row = y * window.stride.height + i * window.dilation.height - window.padding.height;
        if (row >= S.image.height) continue;
        T* to = output + row * S.image.width;
        for (std::size_t x = 0; x < width; ++x) {
          const T value = upstream[x] * detail::share<T, S>;
          CTNN_UNROLL for (std::size_t j = 0; j < window.kernel.width; ++j) {
            const std::size_t column =
                x * window.stride.width + j * window.dilation.width - window.padding.width;
            if (column < S.image.width) to[column] += value;
          }
        }
      }
      upstream += width;
    }
  }
}

}  // namespace ctnn::kernels
