#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>

#include <ctnn/core/geometry.hpp>
#include <ctnn/kernels/block.hpp>
#include <ctnn/kernels/tile.hpp>

namespace ctnn::kernels {

namespace detail {

/// What a matrix product does: its tiles, and whether it reads the right operand as it is, copies each panel
/// of it into scratch, or takes products along the depth.
template <class T, MatrixProductSizes S>
struct MatrixProductPlan {
  static constexpr bool in_words = S.right_format != WeightFormat::number;
  static constexpr bool row_is_column = !in_words && S.padding == 0 && (S.depth == 1 || S.columns == 1);
  static constexpr bool right_along_depth = S.transpose_right || row_is_column;
  static constexpr bool right_along_columns = !S.transpose_right || row_is_column;
  static constexpr bool left_along_depth = !S.transpose_left || S.depth == 1 || S.rows == 1;

  static constexpr TileShape tile = choose_tile<T>(
      S.rows, S.columns, S.depth, right_along_columns ? S.columns + S.padding : lanes<Batch<T>>);
  static constexpr std::size_t native = lanes<Batch<T>>;

  // Per output, a product along the depth costs its steps, which wait for lines of both operands, and its
  // share of a transposing sum; a packed panel adds to its tiles the exchange of the right operand's
  // elements.
  static constexpr std::size_t dot_step = halves_64_bytes ? 4 : 3;
  static constexpr std::size_t dot_cost = S.rows * S.columns * (dot_step * ceil_divide(S.depth, native) + 9);
  static constexpr std::size_t pack_cost = tile.cost + (right_along_columns ? 0 : 2 * S.columns * S.depth);
  static constexpr bool dot =
      left_along_depth && right_along_depth && (S.columns == 1 ? S.depth > 1 : dot_cost < pack_cost);
  static constexpr bool pack = !dot && !right_along_columns;

  static constexpr std::size_t panel_columns = tile.lanes * tile.vectors;
  static constexpr std::size_t right_stride = pack ? panel_columns : S.columns + S.padding;
  /// Whether the last vector of a row of the right operand is within it.
  static constexpr bool whole_vectors = pack || (S.padding != 0 && right_stride % tile.lanes == 0);
  static constexpr std::size_t scratch = pack ? panel_columns * S.depth : 0;
};

/// Whether a sink takes finished tiles from memory, and wants to know of each before it is computed.
template <class Sink>
concept TakesTiles = requires(Sink& sink) {
  sink.prepare(0, 0, 0, 0);
};

/// Rows [row, row + R) and V vectors from `column` on.
template <class T, MatrixProductSizes S, class B, std::size_t R, std::size_t V, std::size_t Tail, class Sink>
CTNN_INLINE void product_tile(const T* left, const T* right, std::size_t row, std::size_t result_row,
                              std::size_t column, Sink& sink) {
  using Plan = MatrixProductPlan<T, S>;
  constexpr std::size_t left_step = S.transpose_left ? S.rows : 1;
  constexpr Steps row_steps{R, S.transpose_left ? 1 : S.depth}, vector_steps{V, lanes<B>};
  constexpr std::size_t chains = std::min(TileCost{lanes<B> * sizeof(T), R, V}.chains(), S.depth);
  constexpr std::size_t per_word = numbers_per_word(S.right_format);
  constexpr std::size_t unroll = round_up(chains * std::max<std::size_t>(1, 64 / (R * V * chains)), per_word);
  constexpr std::size_t loaded = Plan::whole_vectors ? 0 : Tail;
  // `k` is whole words; i may be within one.
  const auto step = [&](B(&to)[R][V], std::size_t k, std::size_t i) CTNN_INLINED {
    accumulate_outer<row_steps, vector_steps, loaded, WeightFormat::number, S.right_format>(
        to, left + (k + i) * left_step, right + (k / per_word + i / per_word) * Plan::right_stride,
        i % per_word);
  };

  constexpr std::size_t width = Tail == 0 ? V * lanes<B> : (V - 1) * lanes<B> + Tail;
  if constexpr (TakesTiles<Sink>) sink.prepare(result_row + row, column, R, width);
  B sums[chains][R][V];
  CTNN_UNROLL for (std::size_t i = 0; i < chains; ++i) clear(sums[i]);
  left += S.transpose_left ? row : row * S.depth;
  std::size_t k = 0;
  for (; k + unroll <= S.depth; k += unroll) {
    CTNN_UNROLL for (std::size_t i = 0; i < unroll; ++i) step(sums[i % chains], k, i);
  }
  CTNN_UNROLL for (std::size_t i = 0; i < S.depth % unroll; ++i) step(sums[i % chains], k, i);
  T tile[TakesTiles<Sink> ? R * V * lanes<B> : 1];
  CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) {
    CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) {
      B sum = sums[0][r][v];
      CTNN_UNROLL for (std::size_t i = 1; i < chains; ++i) sum += sums[i][r][v];
      if constexpr (TakesTiles<Sink>)
        store(tile + (r * V + v) * lanes<B>, sum);
      else
        deliver<Tail>(sink, result_row + row + r, column + v * lanes<B>, sum, v + 1 == V);
    }
  }
  if constexpr (TakesTiles<Sink>) sink.tile(result_row + row, column, R, width, tile, V * lanes<B>);
}

/// All rows of V vectors from `column` on; `right` is the first row of these columns.
template <class T, MatrixProductSizes S, class B, std::size_t V, std::size_t Tail, class Sink>
CTNN_INLINE void product_panel(const T* left, const T* right, T* scratch, std::size_t result_row,
                               std::size_t column, Sink& sink) {
  using Plan = MatrixProductPlan<T, S>;
  constexpr std::size_t rows = std::min(Plan::tile.rows, (register_count - 1 - V) / V);
  if constexpr (Plan::pack) {
    constexpr std::size_t width = Tail == 0 ? V * lanes<B> : (V - 1) * lanes<B> + Tail;
    if constexpr (Tail != 0) {
      // Lanes beyond the columns are computed on, too: what stood there may be a denormal number, which is
      // slow.
      for (std::size_t k = 0; k < S.depth; ++k) {
        store(scratch + k * Plan::right_stride + (V - 1) * lanes<B>, broadcast<B>(0));
      }
    }
    if constexpr (width * S.depth <= 32) {
      CTNN_UNROLL for (std::size_t k = 0; k < S.depth; ++k) {
        CTNN_UNROLL for (std::size_t c = 0; c < width; ++c) {
          scratch[k * Plan::right_stride + c] = right[c * S.depth + k];
        }
      }
    } else {
      copy_transposed(right, S.depth, width, S.depth, scratch, Plan::right_stride);
    }
    right = scratch;
  }
  std::size_t row = 0;
  for (; row + rows <= S.rows; row += rows) {
    product_tile<T, S, B, rows, V, Tail>(left, right, row, result_row, column, sink);
  }
  if constexpr (S.rows % rows != 0) {
    product_tile<T, S, B, S.rows % rows, V, Tail>(left, right, row, result_row, column, sink);
  }
}

template <class T, MatrixProductSizes S, class Sink>
CTNN_INLINE void product_of_panels(const T* left, const T* right, T* scratch, std::size_t result_row,
                                   Sink& sink) {
  using Plan = MatrixProductPlan<T, S>;
  using B = BatchUpTo<T, Plan::tile.lanes>;
  constexpr std::size_t vectors = Plan::tile.vectors, step = S.transpose_right ? S.depth : 1;
  constexpr std::size_t tail = S.columns % lanes<B>;
  constexpr bool separate_tail = tail != 0 && !has_masks && !Plan::whole_vectors;
  constexpr std::size_t all = separate_tail ? S.columns / lanes<B> : ceil_divide(S.columns, lanes<B>);
  constexpr std::size_t masked = separate_tail ? 0 : tail;
  // The panel that ends the row apart from the others when it is narrower or masked.
  constexpr std::size_t last = masked != 0 && all % vectors == 0 ? vectors : all % vectors;
  constexpr std::size_t end = (all - last) * lanes<B>;

  std::size_t column = 0;
  for (; column < end; column += vectors * lanes<B>) {
    product_panel<T, S, B, vectors, 0>(left, right + column * step, scratch, result_row, column, sink);
  }
  if constexpr (last != 0) {
    product_panel<T, S, B, last, masked>(left, right + column * step, scratch, result_row, column, sink);
  }
  if constexpr (separate_tail) {
    constexpr std::size_t begin = S.columns - tail;
    product_panel<T, S, T, tail, 0>(left, right + begin * step, scratch, result_row, begin, sink);
  }
}

/// R x C products along the depth of rows of both operands.
template <class T, MatrixProductSizes S, std::size_t R, std::size_t C, class Sink>
CTNN_INLINE void dot_tile(const T* left, const T* right, std::size_t row, std::size_t column, Sink& sink) {
  using B = BatchUpTo<T, std::bit_ceil(S.depth)>;
  constexpr std::size_t chains = std::clamp<std::size_t>(8 / (R * C), 1, 4);
  constexpr std::size_t step = chains * lanes<B>, rest = S.depth % step;
  B sums[chains][R][C];
  CTNN_UNROLL for (std::size_t i = 0; i < chains; ++i) clear(sums[i]);
  const auto accumulate = [&](B(&to)[R][C], std::size_t k, auto read) {
    B rights[C];
    CTNN_UNROLL for (std::size_t c = 0; c < C; ++c) {
      const B value = read(right + c * S.depth + k);
      rights[c] = R > 1 ? keep(value) : value;
    }
    CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) {
      const B value = read(left + r * S.depth + k);
      const B kept = C > 1 ? keep(value) : value;
      CTNN_UNROLL for (std::size_t c = 0; c < C; ++c) to[r][c] =
          fused_multiply_add(kept, rights[c], to[r][c]);
    }
  };
  const auto whole = [](const T* data) { return load<B>(data); };
  for (std::size_t k = 0; k + step <= S.depth; k += step) {
    CTNN_UNROLL for (std::size_t i = 0; i < chains; ++i) accumulate(sums[i], k + i * lanes<B>, whole);
  }
  CTNN_UNROLL for (std::size_t i = 0; i < rest / lanes<B>; ++i) {
    accumulate(sums[i], S.depth - rest + i * lanes<B>, whole);
  }
  if constexpr (S.depth % lanes<B> != 0) {
    constexpr std::size_t tail = S.depth % lanes<B>;
    accumulate(sums[chains - 1], S.depth - tail, [](const T* data) { return load_partial<B>(data, tail); });
  }
  CTNN_UNROLL for (std::size_t i = 1; i < chains; ++i) {
    CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) {
      CTNN_UNROLL for (std::size_t c = 0; c < C; ++c) sums[0][r][c] += sums[i][r][c];
    }
  }
  CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) deliver_sums(sink, row + r, column, sums[0][r]);
}

template <class T, MatrixProductSizes S, std::size_t C, class Sink>
CTNN_INLINE void dot_columns(const T* left, const T* right, std::size_t result_row, std::size_t column,
                             Sink& sink) {
  constexpr std::size_t rows = std::min<std::size_t>(S.rows, register_count / 4 >= 8 ? 4 : 2);
  std::size_t row = 0;
  for (; row + rows <= S.rows; row += rows) {
    dot_tile<T, S, rows, C>(left + row * S.depth, right, result_row + row, column, sink);
  }
  if constexpr (S.rows % rows != 0) {
    dot_tile<T, S, S.rows % rows, C>(left + row * S.depth, right, result_row + row, column, sink);
  }
}

template <class T, MatrixProductSizes S, class Sink>
CTNN_INLINE void product_of_dots(const T* left, const T* right, std::size_t result_row, Sink& sink) {
  constexpr std::size_t columns = S.rows == 1 && register_count == 32 ? 8 : 4;
  std::size_t column = 0;
  for (; column + columns <= S.columns; column += columns) {
    dot_columns<T, S, columns>(left, right + column * S.depth, result_row, column, sink);
  }
  if constexpr (S.columns % columns != 0) {
    dot_columns<T, S, S.columns % columns>(left, right + column * S.depth, result_row, column, sink);
  }
}

/// The product of words by words that a product becomes where the machine has it.
constexpr MatrixProductSizes product_of_words(MatrixProductSizes s) {
  s.depth = rows_of_words(s.right_format, s.depth);
  s.right_format = WeightFormat::bfloat16_pairs;
  return s;
}
template <MatrixProductSizes S>
inline constexpr bool multiplies_words = has_bfloat16_dot&& S.right_format == WeightFormat::bfloat16_dot;

}  // namespace detail

/// Elements of scratch that matrix_product<T, S> needs.
template <class T, MatrixProductSizes S>
constexpr std::size_t matrix_product_scratch() {
  if constexpr (detail::multiplies_words<S>) {
    return S.rows * detail::product_of_words(S).depth;
  } else {
    return detail::MatrixProductPlan<T, S>::scratch;
  }
}

/// result = left · right, `S.count` times; each element goes to `sink` once (see StoreSink), rows of the
/// count-th product after those of the one before.
template <class T, MatrixProductSizes S, class Sink>
CTNN_INLINE void matrix_product(const T* left, const T* right, T* scratch, Sink&& sink) {
  // A local copy is known not to change when results are stored.
  auto target = sink;
  for (std::size_t i = 0; i < S.count; ++i) {
    if constexpr (detail::multiplies_words<S>) {
      constexpr MatrixProductSizes words = detail::product_of_words(S);
      for (std::size_t row = 0; row < S.rows; ++row) {
        round_to_words(left + row * S.depth, S.depth, scratch + row * words.depth);
      }
      detail::product_of_panels<T, words>(scratch, right, scratch, 0, target);
    } else if constexpr (detail::MatrixProductPlan<T, S>::dot) {
      detail::product_of_dots<T, S>(left, right, i * S.rows, target);
    } else {
      detail::product_of_panels<T, S>(left, right, scratch, i * S.rows, target);
    }
    left += S.rows * S.depth;
    right += S.depth * S.columns;
  }
}

}  // namespace ctnn::kernels
