#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <ctnn/core/geometry.hpp>
#include <ctnn/kernels/block.hpp>
#include <ctnn/kernels/image.hpp>

namespace ctnn::kernels {

namespace detail {

template <PoolingSizes S>
inline constexpr bool pools_pairs = S.window == Window{{2, 2}, {2, 2}};

/// A batch for `count` elements at a time, no wider than they need.
template <class T, std::size_t Count>
using BatchFor = BatchUpTo<T, std::min(lanes<Batch<T>>, std::bit_ceil(Count))>;

/// Windows of 2 x 2 beside each other: calls visit(y, x, count as a constant type, the four elements
/// of each window).
template <class T, PoolingSizes S, class Visit>
CTNN_INLINE void for_each_pair_of_rows(const T* plane, Visit visit) {
  constexpr Pair output = S.output();
  using B = BatchFor<T, output.width>;
  constexpr std::size_t n = lanes<B>;
  for (std::size_t y = 0; y < output.height; ++y) {
    const T* top = plane + 2 * y * S.image.width;
    const T* bottom = top + S.image.width;
    const auto windows = [&](std::size_t x, auto count, auto read) {
      const B a = read(top + 2 * x, 0), b = read(top + 2 * x, 1);
      const B c = read(bottom + 2 * x, 0), d = read(bottom + 2 * x, 1);
      visit(y, x, count, every_second<false>(a, b), every_second<true>(a, b), every_second<false>(c, d),
            every_second<true>(c, d));
    };
    std::size_t x = 0;
    for (; x + n <= output.width; x += n) {
      windows(x, std::integral_constant<std::size_t, n>{},
              [&](const T* row, std::size_t half) { return load<B>(row + half * n); });
    }
    constexpr std::size_t rest = output.width % n;
    if constexpr (rest != 0) {
      windows(x, std::integral_constant<std::size_t, rest>{}, [&](const T* row, std::size_t half) {
        const std::size_t count = 2 * rest < half * n ? 0 : std::min(n, 2 * rest - half * n);
        return load_partial<B>(row + (count == 0 ? 0 : half * n), count);
      });
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
  constexpr std::size_t height = S.output().height, width = S.output().width;
  if constexpr (detail::pools_pairs<S>) {
    for (std::size_t p = 0; p < S.planes; ++p) {
      detail::for_each_pair_of_rows<T, S>(input + p * S.image.height * S.image.width,
                                          [&](std::size_t y, std::size_t x, auto count, const auto& a,
                                              const auto& b, const auto& c, const auto& d) {
                                            const auto largest = maximum(maximum(a, b), maximum(c, d));
                                            store_partial(output + (p * height + y) * width + x, largest,
                                                          count);
                                          });
    }
  } else {
    detail::pool_by_rows<T, S>(
        input, output, -std::numeric_limits<T>::infinity(),
        [](const auto& x, const auto& y) { return maximum(x, y); }, [](T x) { return x; });
  }
}

/// Where max_pool found its element: the index in the plane's height · width. The first of equal elements in
/// row order; a NaN counts as larger than what comes before it, as in PyTorch.
template <class T, PoolingSizes S>
[[gnu::noinline]] void arg_max_pool(const T* input, std::int32_t* output) {
  constexpr Window window = S.window;
  constexpr std::size_t height = S.output().height, width = S.output().width;
  for (std::size_t p = 0; p < S.planes; ++p, input += S.image.height * S.image.width) {
    if constexpr (detail::pools_pairs<S>) {
      detail::for_each_pair_of_rows<T, S>(
          input, [&]<class B>(std::size_t y, std::size_t x, auto count, const B& a, const B& b, const B& c,
                              const B& d) {
            constexpr T offsets[] = {0, 1, static_cast<T>(S.image.width), static_cast<T>(S.image.width + 1)};
            const B others[] = {b, c, d};
            B largest = a, offset = broadcast<B>(0);
            CTNN_UNROLL for (std::size_t i = 0; i < 3; ++i) {
              const B here = broadcast<B>(offsets[i + 1]);
              offset = select_larger(others[i], largest, here, offset);
              largest = maximum(largest, others[i]);
            }
            T copy[lanes<B>];
            std::int32_t places[lanes<B>];
            store(copy, offset);
            const auto base = static_cast<std::int32_t>(2 * y * S.image.width + 2 * x);
            for (std::size_t i = 0; i < lanes<B>; ++i) {
              places[i] = base + static_cast<std::int32_t>(2 * i) + static_cast<std::int32_t>(copy[i]);
            }
            std::copy_n(places, count(), output + y * width + x);
          });
      output += height * width;
    } else {
      for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
          T largest = -std::numeric_limits<T>::infinity();
          std::size_t place = static_cast<std::size_t>(-1);
          for (std::size_t i = 0; i < window.kernel.height; ++i) {
            const std::size_t row =
                y * window.stride.height + i * window.dilation.height - window.padding.height;
            if (row >= S.image.height) continue;
            for (std::size_t j = 0; j < window.kernel.width; ++j) {
              const std::size_t column =
                  x * window.stride.width + j * window.dilation.width - window.padding.width;
              if (column >= S.image.width) continue;
              const std::size_t here = row * S.image.width + column;
              const T value = input[here];
              if (place == static_cast<std::size_t>(-1) || value > largest || value != value) {
                largest = value;
                place = here;
              }
            }
          }
          *output++ = static_cast<std::int32_t>(place);
        }
      }
    }
  }
}

/// The mean of each window over all its positions, those in the padding counting as 0.
template <class T, PoolingSizes S>
[[gnu::noinline]] void average_pool(const T* input, T* output) {
  constexpr std::size_t height = S.output().height, width = S.output().width;
  constexpr T share = T(1) / static_cast<T>(S.window.area());
  if constexpr (detail::pools_pairs<S>) {
    for (std::size_t p = 0; p < S.planes; ++p) {
      detail::for_each_pair_of_rows<T, S>(input + p * S.image.height * S.image.width,
                                          [&]<class B>(std::size_t y, std::size_t x, auto count, const B& a,
                                                       const B& b, const B& c, const B& d) {
                                            const B mean = ((a + b) + (c + d)) * broadcast<B>(share);
                                            store_partial(output + (p * height + y) * width + x, mean, count);
                                          });
    }
  } else {
    detail::pool_by_rows<T, S>(
        input, output, T(0), [](const auto& x, const auto& y) { return x + y; },
        [](T x) { return x * share; });
  }
}

/// The gradient of average_pool: each element of `upstream` spread evenly over its window.
template <class T, PoolingSizes S>
[[gnu::noinline]] void average_pool_adjoint(const T* upstream, T* output) {
  constexpr Window window = S.window;
  constexpr std::size_t height = S.output().height, width = S.output().width;
  constexpr T share = T(1) / static_cast<T>(window.area());
  if constexpr (window == Window{window.kernel, window.kernel}) {
    // Windows beside each other: each row of them is written once, and nothing is added.
    constexpr std::size_t covered = width * window.kernel.width;
    constexpr bool complete = covered == S.image.width && height * window.kernel.height == S.image.height;
    if constexpr (!complete) fill_zero(output, S.planes * S.image.height * S.image.width);
    for (std::size_t p = 0; p < S.planes; ++p, output += S.image.height * S.image.width) {
      for (std::size_t y = 0; y < height; ++y, upstream += width) {
        T* const first = output + y * window.kernel.height * S.image.width;
        for (std::size_t x = 0; x < width; ++x) {
          const T value = upstream[x] * share;
          CTNN_UNROLL for (std::size_t j = 0; j < window.kernel.width; ++j) {
            first[x * window.kernel.width + j] = value;
          }
        }
        for (std::size_t i = 1; i < window.kernel.height; ++i)
          copy_run<covered>(first, first + i * S.image.width);
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
          const T value = upstream[x] * share;
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
