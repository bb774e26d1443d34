#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/kernels/simd.hpp>

/// Exchanges between the lanes of several batches: sums of four at once, and transposition.
namespace ctnn::kernels {

namespace registers {

void transpose(Nothing);
void load_transposed(Nothing);
void sum_four(Nothing);
void even(Nothing);
void odd(Nothing);
void interleave(Nothing);
void reorder(Nothing);

#if defined(__SSE2__)
inline void transpose(__m128& a, __m128& b, __m128& c, __m128& d) {
  _MM_TRANSPOSE4_PS(a, b, c, d);
}
inline void transpose(__m128d& a, __m128d& b) {
  const __m128d first = _mm_unpacklo_pd(a, b);
  b = _mm_unpackhi_pd(a, b);
  a = first;
}
inline __m128 even(__m128 a, __m128 b) {
  return _mm_shuffle_ps(a, b, 0x88);
}
inline __m128 odd(__m128 a, __m128 b) {
  return _mm_shuffle_ps(a, b, 0xDD);
}
inline __m128d even(__m128d a, __m128d b) {
  return _mm_unpacklo_pd(a, b);
}
inline __m128d odd(__m128d a, __m128d b) {
  return _mm_unpackhi_pd(a, b);
}
inline void interleave(__m128& a, __m128& b) {
  const __m128 first = _mm_unpacklo_ps(a, b);
  b = _mm_unpackhi_ps(a, b);
  a = first;
}
inline void interleave(__m128d& a, __m128d& b) {
  transpose(a, b);
}
inline __m128 sum_four(__m128 a, __m128 b, __m128 c, __m128 d) {
  const __m128 ab = _mm_add_ps(_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
  const __m128 cd = _mm_add_ps(_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
  return _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab));
}
#endif

#if defined(__AVX__)
// Four rows of four in each half.
inline void transpose_halves(__m256& p, __m256& q, __m256& r, __m256& s) {
  const __m256 low_pq = _mm256_unpacklo_ps(p, q), high_pq = _mm256_unpackhi_ps(p, q);
  const __m256 low_rs = _mm256_unpacklo_ps(r, s), high_rs = _mm256_unpackhi_ps(r, s);
  p = _mm256_shuffle_ps(low_pq, low_rs, 0x44);
  q = _mm256_shuffle_ps(low_pq, low_rs, 0xEE);
  r = _mm256_shuffle_ps(high_pq, high_rs, 0x44);
  s = _mm256_shuffle_ps(high_pq, high_rs, 0xEE);
}
inline void transpose(__m256& a, __m256& b, __m256& c, __m256& d, __m256& e, __m256& f, __m256& g,
                      __m256& h) {
  const auto exchange = [](__m256& p, __m256& q) {
    const __m256 first = _mm256_permute2f128_ps(p, q, 0x20);
    q = _mm256_permute2f128_ps(p, q, 0x31);
    p = first;
  };
  transpose_halves(a, b, c, d);
  transpose_halves(e, f, g, h);
  exchange(a, e);
  exchange(b, f);
  exchange(c, g);
  exchange(d, h);
}
inline void transpose(__m256d& a, __m256d& b, __m256d& c, __m256d& d) {
  const __m256d p = _mm256_unpacklo_pd(a, b), q = _mm256_unpackhi_pd(a, b);
  const __m256d r = _mm256_unpacklo_pd(c, d), s = _mm256_unpackhi_pd(c, d);
  a = _mm256_permute2f128_pd(p, r, 0x20);
  b = _mm256_permute2f128_pd(q, s, 0x20);
  c = _mm256_permute2f128_pd(p, r, 0x31);
  d = _mm256_permute2f128_pd(q, s, 0x31);
}
// A load puts halves side by side without the one port that exchanges lanes.
inline void load_transposed(const float* source, std::size_t stride, __m256 (&rows)[8]) {
  const auto halves = [&](std::size_t row, std::size_t column) {
    const float* from = source + row * stride + column;
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(from)), _mm_loadu_ps(from + 4 * stride),
                                1);
  };
  for (std::size_t i = 0; i < 4; ++i) {
    rows[i] = halves(i, 0);
    rows[4 + i] = halves(i, 4);
  }
  transpose_halves(rows[0], rows[1], rows[2], rows[3]);
  transpose_halves(rows[4], rows[5], rows[6], rows[7]);
}
inline __m128 sum_four(__m256 a, __m256 b, __m256 c, __m256 d) {
  const __m256 ab = _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
  const __m256 cd = _mm256_add_ps(_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
  const __m256 all = _mm256_add_ps(_mm256_shuffle_ps(ab, cd, 0x44), _mm256_shuffle_ps(ab, cd, 0xEE));
  return _mm_add_ps(low(all), high(all));
}
inline __m256d sum_four(__m256d a, __m256d b, __m256d c, __m256d d) {
  const __m256d ab = _mm256_hadd_pd(a, b), cd = _mm256_hadd_pd(c, d);
  return _mm256_add_pd(_mm256_permute2f128_pd(ab, cd, 0x20), _mm256_permute2f128_pd(ab, cd, 0x31));
}
#endif

#if defined(__AVX2__)
// Each half of the register on its own.
inline __m256 even(__m256 a, __m256 b) {
  return _mm256_shuffle_ps(a, b, 0x88);
}
inline __m256 odd(__m256 a, __m256 b) {
  return _mm256_shuffle_ps(a, b, 0xDD);
}
inline __m256d even(__m256d a, __m256d b) {
  return _mm256_unpacklo_pd(a, b);
}
inline __m256d odd(__m256d a, __m256d b) {
  return _mm256_unpackhi_pd(a, b);
}
inline void interleave(__m256& a, __m256& b) {
  const __m256 first = _mm256_unpacklo_ps(a, b);
  b = _mm256_unpackhi_ps(a, b);
  a = first;
}
inline void interleave(__m256d& a, __m256d& b) {
  const __m256d first = _mm256_unpacklo_pd(a, b);
  b = _mm256_unpackhi_pd(a, b);
  a = first;
}
inline __m256d reorder(__m256d x) {
  return _mm256_permute4x64_pd(x, 0xD8);
}
inline __m256 reorder(__m256 x) {
  return _mm256_castpd_ps(reorder(_mm256_castps_pd(x)));
}
#endif

#if defined(__AVX512F__)
inline __m512 even(__m512 a, __m512 b) {
  const __m512i lanes = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  return _mm512_permutex2var_ps(a, lanes, b);
}
inline __m512 odd(__m512 a, __m512 b) {
  const __m512i lanes = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  return _mm512_permutex2var_ps(a, lanes, b);
}
inline __m512d even(__m512d a, __m512d b) {
  return _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), b);
}
inline __m512d odd(__m512d a, __m512d b) {
  return _mm512_permutex2var_pd(a, _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), b);
}
inline void interleave(__m512& a, __m512& b) {
  const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const __m512 first = _mm512_permutex2var_ps(a, low, b);
  b = _mm512_permutex2var_ps(a, high, b);
  a = first;
}
inline void interleave(__m512d& a, __m512d& b) {
  const __m512d first = _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), b);
  b = _mm512_permutex2var_pd(a, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), b);
  a = first;
}
inline __m128 sum_four(__m512 a, __m512 b, __m512 c, __m512 d) {
  const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
  const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
  const __m512 all = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xEE));
  const __m256 half = _mm256_add_ps(low(all), high(all));
  return _mm_add_ps(low(half), high(half));
}
inline __m256d sum_four(__m512d a, __m512d b, __m512d c, __m512d d) {
  return sum_four(_mm256_add_pd(low(a), high(a)), _mm256_add_pd(low(b), high(b)),
                  _mm256_add_pd(low(c), high(c)), _mm256_add_pd(low(d), high(d)));
}
#endif

}  // namespace registers

template <class B>
inline constexpr bool sums_four = requires(const B& x) {
  registers::sum_four(x.data, x.data, x.data, x.data);
};

/// Delivers sink(row, column + c, sum of the lanes of sums[c]) for all c, four columns at a time.
template <class B, std::size_t C, class Sink>
CTNN_INLINE void deliver_sums(Sink& sink, std::size_t row, std::size_t column, const B (&sums)[C]) {
  using T = Element<B>;
  using Four = BatchUpTo<T, 4>;
  if constexpr (lanes<Four> == 4 && sums_four<B>) {
    constexpr std::size_t whole = C / 4 * 4, rest = C % 4;
    CTNN_UNROLL for (std::size_t c = 0; c < whole; c += 4) {
      sink(row, column + c,
           Four(registers::sum_four(sums[c].data, sums[c + 1].data, sums[c + 2].data, sums[c + 3].data)));
    }
    if constexpr (rest == 1) {
      sink(row, column + whole, reduce_add(sums[whole]));
    } else if constexpr (rest != 0) {
      const B& last = sums[whole + rest - 1];
      sink.partial(row, column + whole,
                   Four(registers::sum_four(sums[whole].data, sums[whole + 1].data, last.data, last.data)),
                   rest);
    }
  } else {
    CTNN_UNROLL for (std::size_t c = 0; c < C; ++c) sink(row, column + c, reduce_add(sums[c]));
  }
}

/// Elements of a pair of batches whose place in it is even (`Odd`: odd), in an order of the machine's:
/// `reorder` makes it theirs, and theirs to it.
template <bool Odd, class B>
CTNN_INLINE B every_second(const B& first, const B& second) {
  if constexpr (lanes<B> == 1) {
    return Odd ? second : first;
  } else if constexpr (requires { registers::even(first.data, second.data); }) {
    return B(Odd ? registers::odd(first.data, second.data) : registers::even(first.data, second.data));
  } else {
    Element<B> copy[2 * lanes<B>], picked[lanes<B>];
    store(copy, first);
    store(copy + lanes<B>, second);
    for (std::size_t i = 0; i < lanes<B>; ++i) picked[i] = copy[2 * i + Odd];
    return load<B>(picked);
  }
}

template <class B>
CTNN_INLINE B reorder(const B& x) {
  if constexpr (requires { registers::reorder(x.data); })
    return B(registers::reorder(x.data));
  else
    return x;
}

/// The inverse of every_second: a pair of batches that has the elements of two in turns.
template <class B>
CTNN_INLINE void interleave(B& even, B& odd) {
  if constexpr (requires { registers::interleave(even.data, odd.data); }) {
    registers::interleave(even.data, odd.data);
  } else if constexpr (lanes<B> > 1) {
    Element<B> first[lanes<B>], second[lanes<B>], turns[2 * lanes<B>];
    store(first, even);
    store(second, odd);
    for (std::size_t i = 0; i < lanes<B>; ++i) turns[2 * i] = first[i], turns[2 * i + 1] = second[i];
    even = load<B>(turns);
    odd = load<B>(turns + lanes<B>);
  }
}

/// The batch whose square blocks transpose_block exchanges fastest.
template <class T>
struct BlockOf {
  using type = T;
};
template <class T>
requires std::is_floating_point_v<T>
struct BlockOf<T> {
  using type = BatchUpTo<T, std::min<std::size_t>(lanes<Batch<T>>, 32 / sizeof(T))>;
};
template <class T>
using BlockBatch = typename BlockOf<T>::type;

template <class B>
CTNN_INLINE void transpose_block(B (&rows)[lanes<B>]) {
  constexpr std::size_t n = lanes<B>;
  if constexpr (n == 1) {
    return;
  } else if constexpr (requires { registers::transpose(rows[0].data, rows[1].data); } && n == 2) {
    registers::transpose(rows[0].data, rows[1].data);
  } else if constexpr (requires {
                         registers::transpose(rows[0].data, rows[1].data, rows[2].data, rows[3].data);
                       } &&
                       n == 4) {
    registers::transpose(rows[0].data, rows[1].data, rows[2].data, rows[3].data);
  } else if constexpr (requires {
                         registers::transpose(rows[0].data, rows[1].data, rows[2].data, rows[3].data,
                                              rows[4].data, rows[5].data, rows[6].data, rows[7].data);
                       } &&
                       n == 8) {
    registers::transpose(rows[0].data, rows[1].data, rows[2].data, rows[3].data, rows[4].data, rows[5].data,
                         rows[6].data, rows[7].data);
  } else {
    Element<B> copy[n][n], exchanged[n][n];
    for (std::size_t i = 0; i < n; ++i) store(copy[i], rows[i]);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) exchanged[i][j] = copy[j][i];
    }
    for (std::size_t i = 0; i < n; ++i) rows[i] = load<B>(exchanged[i]);
  }
}

/// Reads `row_count` x `column_count` elements (at most lanes x lanes) of a matrix and transposes them; the
/// rest of the block is 0.
template <class B>
CTNN_INLINE void load_transposed(B (&block)[lanes<B>], const Element<B>* source, std::size_t stride,
                                 std::size_t row_count, std::size_t column_count) {
  CTNN_UNROLL for (std::size_t i = 0; i < lanes<B>; ++i) {
    block[i] = i < row_count ? load_partial<B>(source + i * stride, column_count) : broadcast<B>(0);
  }
  transpose_block(block);
}
template <class B>
CTNN_INLINE void load_transposed(B (&block)[lanes<B>], const Element<B>* source, std::size_t stride) {
  if constexpr (requires(decltype(B::data)(&rows)[lanes<B>]) {
                  registers::load_transposed(source, stride, rows);
                }) {
    decltype(B::data) rows[lanes<B>];
    registers::load_transposed(source, stride, rows);
    CTNN_UNROLL for (std::size_t i = 0; i < lanes<B>; ++i) block[i] = B(rows[i]);
  } else {
    CTNN_UNROLL for (std::size_t i = 0; i < lanes<B>; ++i) block[i] = load<B>(source + i * stride);
    transpose_block(block);
  }
}

/// target[j · target_stride + i] = source[i · source_stride + j] for i < rows, j < columns.
template <class T>
[[gnu::noinline]] inline void copy_transposed(const T* source, std::size_t source_stride, std::size_t rows,
                                              std::size_t columns, T* target, std::size_t target_stride) {
  using B = BlockBatch<T>;
  constexpr std::size_t n = lanes<B>;
  const auto copy_block = [&](std::size_t i, std::size_t j) CTNN_INLINED {
    B block[n];
    const T* from = source + i * source_stride + j;
    T* to = target + j * target_stride + i;
    if (i + n <= rows && j + n <= columns) {
      load_transposed(block, from, source_stride);
      CTNN_UNROLL for (std::size_t k = 0; k < n; ++k) store(to + k * target_stride, block[k]);
    } else {
      const std::size_t row_count = std::min(n, rows - i), column_count = std::min(n, columns - j);
      load_transposed(block, from, source_stride, row_count, column_count);
      CTNN_UNROLL for (std::size_t k = 0; k < n; ++k) {
        if (k < column_count) store_partial(to + k * target_stride, block[k], row_count);
      }
    }
  };
  // A cache line of each row at a time, so that lines are read and written while they are near.
  constexpr std::size_t line = std::max<std::size_t>(n, 64 / sizeof(T));
  for (std::size_t begin = 0; begin < columns; begin += line) {
    for (std::size_t i = 0; i < rows; i += n) {
      for (std::size_t j = begin; j < std::min(begin + line, columns); j += n) copy_block(i, j);
    }
  }
}

/// Hands a strip [count, columns] to the sink as rows of channels.
template <std::size_t Channels, std::size_t Columns, class T, class Sink>
CTNN_INLINE void deliver_strip(Sink& sink, const T* strip, std::size_t count, std::size_t row,
                               std::size_t column) {
  using B = BlockBatch<T>;
  for (std::size_t c = 0; c < Channels; c += lanes<B>) {
    for (std::size_t i = 0; i < count; i += lanes<B>) {
      B block[lanes<B>];
      const T* from = strip + i * Columns + c;
      const std::size_t cells = std::min(lanes<B>, count - i);
      if (cells == lanes<B>) {
        load_transposed(block, from, Columns);
      } else {
        load_transposed(block, from, Columns, cells, lanes<B>);
      }
      CTNN_UNROLL for (std::size_t k = 0; k < lanes<B>; ++k) {
        if (c + k >= Channels) continue;
        if (cells == lanes<B>) {
          sink(row + c + k, column + i, block[k]);
        } else {
          sink.partial(row + c + k, column + i, block[k], cells);
        }
      }
    }
  }
}

}  // namespace ctnn::kernels
