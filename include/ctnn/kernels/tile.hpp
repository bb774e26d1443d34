#pragma once
#include <algorithm>
#include <cstddef>
#include <numeric>

#include <ctnn/core/rounding.hpp>
#include <ctnn/kernels/simd.hpp>

/// The register tile that matrix products and convolutions share, and the estimate by which they cut their
/// result into tiles.
namespace ctnn::kernels {

/// Offsets of a tile's rows or vectors: number i is at (i / inner) · outer_stride + (i % inner) ·
/// inner_stride.
struct Steps {
  std::size_t inner, inner_stride, outer_stride = 0;
  constexpr std::size_t operator()(std::size_t i) const {
    return i / inner * outer_stride + i % inner * inner_stride;
  }
};

/// One step of an outer product: sums[r][v] += left[rows(r)] · right[vectors(v) ...]. Of the last vector of
/// each group only `Tail` lanes are read, unless Tail is 0. Of operands kept in words, number `part` is
/// taken.
template <Steps RowSteps, Steps VectorSteps, std::size_t Tail, WeightFormat Left = WeightFormat::number,
          WeightFormat Right = WeightFormat::number, class B, std::size_t R, std::size_t V>
CTNN_INLINE void accumulate_outer(B (&sums)[R][V], const Element<B>* left, const Element<B>* right,
                                  std::size_t part = 0) {
  B vectors[V];
  CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) {
    const bool partial = Tail != 0 && v % VectorSteps.inner == VectorSteps.inner - 1;
    const B value = unpack<Right>(
        partial ? load_partial<B>(right + VectorSteps(v), Tail) : load<B>(right + VectorSteps(v)), part);
    vectors[v] = R > 1 ? keep(value) : value;
  }
  CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) {
    const B value = unpack<Left>(broadcast<B>(left[RowSteps(r)]), part);
    const B row = V > 2 ? keep(value) : value;
    CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) {
      if constexpr (Right == WeightFormat::bfloat16_pairs) {
        sums[r][v] = dot_bfloat16(row, vectors[v], sums[r][v]);
      } else {
        sums[r][v] = fused_multiply_add(row, vectors[v], sums[r][v]);
      }
    }
  }
}

template <class B, std::size_t R, std::size_t V>
CTNN_INLINE void clear(B (&sums)[R][V]) {
  CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) {
    CTNN_UNROLL for (std::size_t v = 0; v < V; ++v) sums[r][v] = broadcast<B>(0);
  }
}

/// Delivers vector `value` of a row whose last `Tail` lanes end the result's row (0: all lanes are within).
template <std::size_t Tail, class B, class Sink>
CTNN_INLINE void deliver(Sink& sink, std::size_t row, std::size_t column, const B& value, bool last) {
  if (Tail != 0 && last) {
    sink.partial(row, column, value, Tail);
  } else {
    sink(row, column, value);
  }
}

/// Writes results as they come into a row-major matrix of `columns` columns.
template <class T>
struct StoreSink {
  T* data;
  std::size_t columns;

  template <class B>
  CTNN_INLINE void operator()(std::size_t row, std::size_t column, const B& value) const {
    store(data + row * columns + column, value);
  }
  template <class B>
  CTNN_INLINE void partial(std::size_t row, std::size_t column, const B& value, std::size_t count) const {
    store_partial(data + row * columns + column, value, count);
  }
};

/// An estimate in quarter cycles, of a core that per cycle starts two multiply-adds of latency 4, reads two
/// registers, and decodes six instructions.
struct TileCost {
  std::size_t bytes, rows, vectors;

  constexpr std::size_t width() const { return bytes > 32 && halves_64_bytes ? 4 : 2; }
  /// Independent sets of accumulators that hide the latency of a small tile.
  constexpr std::size_t chains() const {
    const std::size_t wanted = 16 / width();
    return std::clamp<std::size_t>(wanted / (rows * vectors), 1, 4);
  }
  constexpr bool fits() const { return rows * vectors + vectors + 1 <= register_count; }
  constexpr std::size_t loads() const { return vectors * width() + rows * 2; }
  constexpr std::size_t latency() const { return 16 / chains(); }
  constexpr std::size_t step() const {
    const std::size_t products = rows * vectors;
    const std::size_t instructions = products + vectors + (vectors > 1 ? rows : 0) + 2;
    return std::max({products * width(), loads(), instructions * 2 / 3, latency()});
  }
  /// How much longer a step of a product of matrices takes, whose vectors come from the second cache: some
  /// are late, unless the core needs twice the time anyway; and of 64, `crossing` lie across two lines.
  constexpr std::size_t delay(std::size_t crossing) const {
    const std::size_t late =
        halves_64_bytes ? step()
                        : std::max({step(), loads() * 9 / 8, latency() * 5 / 4}) + vectors * bytes / 192;
    return late - step() + vectors * width() * crossing / 64;
  }
  constexpr std::size_t total(std::size_t depth) const {
    // Few steps leave no time to write many results at once; up to 256 bytes go along with the next tile's
    // steps.
    const bool flows = depth <= 16 && rows * vectors * bytes <= 256;
    return depth * step() + rows * vectors * (flows ? width() / 2 : 2 * width()) + 16;
  }
};

/// How a result of rows x columns is cut: tiles of `rows` x `vectors` batches of `lanes`.
struct TileShape {
  std::size_t lanes, rows, vectors, cost;
};

/// The tiles of least estimated cost, each with `depth` steps, whose vectors are `stride` elements apart from
/// one step to the next.
template <class T>
constexpr TileShape choose_tile(std::size_t rows, std::size_t columns, std::size_t depth,
                                std::size_t stride) {
  TileShape best{1, 1, 1, static_cast<std::size_t>(-1)};
  for (std::size_t lane_count = lanes<Batch<T>>;
       lane_count * sizeof(T) >= 16 || lane_count == lanes<Batch<T>>; lane_count /= 2) {
    const std::size_t all = ceil_divide(columns, lane_count), bytes = lane_count * sizeof(T);
    // The half of a register that holds all columns needs no mask.
    if (lane_count >= 2 * columns && bytes >= 32) continue;
    const std::size_t crossing = bytes - std::gcd(bytes, stride * sizeof(T));
    const auto total = [&](std::size_t tile_rows, std::size_t vectors) {
      const TileCost tile{bytes, tile_rows, vectors};
      return tile.total(depth) + depth * tile.delay(crossing);
    };
    for (std::size_t v = 1; v <= std::min<std::size_t>(all, 8); ++v) {
      for (std::size_t r = 1; r <= std::min<std::size_t>(rows, 16); ++r) {
        if (!TileCost{bytes, r, v}.fits()) break;
        const std::size_t rest_rows = rows % r, rest_vectors = all % v;
        std::size_t cost = (rows / r) * (all / v) * total(r, v);
        if (rest_rows != 0) cost += (all / v) * total(rest_rows, v);
        if (rest_vectors != 0) cost += (rows / r) * total(r, rest_vectors);
        if (rest_rows != 0 && rest_vectors != 0) cost += total(rest_rows, rest_vectors);
        if (cost < best.cost) best = {lane_count, r, v, cost};
      }
    }
  }
  return best;
}

}  // namespace ctnn::kernels
