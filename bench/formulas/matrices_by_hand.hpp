#pragma once
#include <cstring>
#include <ctnn/kernels/tile.hpp>

#include "elements_by_hand.hpp"

/// Values and gradients of products of matrices as one would write them by hand.
namespace by_hand {

using ctnn::kernels::fused_multiply_add;
using ctnn::kernels::load_partial;
using ctnn::kernels::store_partial;

/// `Count` elements in whole vectors and a rest: use(offset, read) with read(address).
template <std::size_t Count>
CTNN_INLINE void for_each_vector(const auto& use) {
  CTNN_UNROLL for (std::size_t i = 0; i < Count / lanes; ++i) {
    use(i * lanes, lanes);
  }
  if constexpr (Count % lanes != 0) use(Count / lanes * lanes, Count % lanes);
}
CTNN_INLINE V read(const double* from, std::size_t count) {
  return count == lanes ? load<V>(from) : load_partial<V>(from, count);
}
CTNN_INLINE void write(double* to, const V& x, std::size_t count) {
  if (count == lanes)
    store(to, x);
  else
    store_partial(to, x, count);
}

/// finish(row, sum of row · x) for the rows of a matrix, four at a time.
template <std::size_t Rows, std::size_t Columns>
CTNN_INLINE void times_vector(const double* matrix, const double* x, const auto& finish) {
  const auto rows = [&]<std::size_t R>(std::size_t row, std::integral_constant<std::size_t, R>) CTNN_INLINED {
    V sums[R];
    CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) sums[r] = V(0.0);
    const auto use = [&](std::size_t k, std::size_t count) CTNN_INLINED {
      const V right = read(x + k, count);
      CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) sums[r] =
          fused_multiply_add(read(matrix + (row + r) * Columns + k, count), right, sums[r]);
    };
    for_each_vector<Columns>(use);
    CTNN_UNROLL for (std::size_t r = 0; r < R; ++r) finish(row + r, reduce_add(sums[r]));
  };
  std::size_t row = 0;
  for (; row + 4 <= Rows; row += 4) rows(row, std::integral_constant<std::size_t, 4>{});
  if constexpr (Rows % 4 != 0) rows(row, std::integral_constant<std::size_t, Rows % 4>{});
}

/// result = xᵀ · matrix, with the results in registers, eight vectors of columns at a time.
template <std::size_t Rows, std::size_t Columns>
CTNN_INLINE void vector_times(const double* x, const double* matrix, double* result) {
  const auto panel = [&]<std::size_t Width>(std::size_t column,
                                            std::integral_constant<std::size_t, Width>) CTNN_INLINED {
    constexpr std::size_t vectors = (Width + lanes - 1) / lanes;
    V sums[vectors];
    CTNN_UNROLL for (std::size_t v = 0; v < vectors; ++v) sums[v] = V(0.0);
    for (std::size_t row = 0; row < Rows; ++row) {
      const V left(x[row]);
      for_each_vector<Width>([&](std::size_t k, std::size_t count) CTNN_INLINED {
        sums[k / lanes] =
            fused_multiply_add(left, read(matrix + row * Columns + column + k, count), sums[k / lanes]);
      });
    }
    for_each_vector<Width>([&](std::size_t k, std::size_t count)
                               CTNN_INLINED { write(result + column + k, sums[k / lanes], count); });
  };
  constexpr std::size_t width = 20 * lanes;
  std::size_t column = 0;
  for (; column + width <= Columns; column += width)
    panel(column, std::integral_constant<std::size_t, width>{});
  if constexpr (Columns % width != 0) panel(column, std::integral_constant<std::size_t, Columns % width>{});
}

/// Normal log-density of targets around X w + b with deviation s, with standard normal priors of w and b.
template <std::size_t Rows, std::size_t Columns>
struct Regression {
  const double *X, *y;
  double residuals[Rows];

  CTNN_INLINE double squares(const double* w, double b) {
    double sum = 0;
    times_vector<Rows, Columns>(X, w, [&](std::size_t row, double product) CTNN_INLINED {
      const double r = y[row] - (product + b);
      residuals[row] = r;
      sum += r * r;
    });
    return sum;
  }
  static double density(double squares, const double* w, double b, double s) {
    double prior = b * b;
    for (std::size_t i = 0; i < Columns; ++i) prior += w[i] * w[i];
    return -0.5 * squares / (s * s) - static_cast<double>(Rows) * std::log(s) - 0.5 * prior;
  }
  double value(const double* w, double b, double s) { return density(squares(w, b), w, b, s); }
  double value_and_gradient(const double* w, double b, double s, double* by_w, double* by_b, double* by_s) {
    const double sum = squares(w, b), factor = 1 / (s * s);
    vector_times<Rows, Columns>(residuals, X, by_w);
    for (std::size_t i = 0; i < Columns; ++i) by_w[i] = by_w[i] * factor - w[i];
    double total = 0;
    for (double r : residuals) total += r;
    *by_b = total * factor - b;
    *by_s = sum * factor / s - static_cast<double>(Rows) / s;
    return density(sum, w, b, s);
  }
};

/// A perceptron 2-4-1 with tanh, and its squared error.
struct SmallNet {
  const double *W1, *b1, *W2, *b2;
  using Four = ctnn::kernels::BatchUpTo<double, 4>;
  // Vectors of the compiler, whose lanes can be put in any order.
  using Vector = double __attribute__((vector_size(32)));

  CTNN_INLINE static Vector read(const double* from) {
    Vector result;
    std::memcpy(&result, from, sizeof(result));
    return result;
  }
  CTNN_INLINE static Four numbers(const Vector& x) { return load<Four>(reinterpret_cast<const double*>(&x)); }

  CTNN_INLINE double forward(const double* x, double target, Four& hidden) const {
    const Vector low = read(W1), high = read(W1 + 4);
    const Four by_first = numbers(__builtin_shufflevector(low, high, 0, 2, 4, 6)),
               by_second = numbers(__builtin_shufflevector(low, high, 1, 3, 5, 7));
    hidden = ctnn::kernels::elementary::tanh(
        fused_multiply_add(by_first, Four(x[0]), fused_multiply_add(by_second, Four(x[1]), load<Four>(b1))));
    return reduce_add(Four(load<Four>(W2) * hidden)) + (b2[0] - target);
  }
  double value(const double* x, double target) const {
    Four hidden;
    const double error = forward(x, target, hidden);
    return error * error;
  }
  double value_and_gradient(const double* x, double target, double* by_W1, double* by_b1, double* by_W2,
                            double* by_b2) const {
    Four hidden;
    const double error = forward(x, target, hidden), u = 2 * error;
    *by_b2 = u;
    store(by_W2, Four(hidden * Four(u)));
    // The error is known last.
    const Four before = load<Four>(W2) * (Four(1.0) - hidden * hidden) * Four(u);
    store(by_b1, before);
    const Vector inputs{x[0], x[1], x[0], x[1]};
    Vector each;
    store(reinterpret_cast<double*>(&each), before);
    store(by_W1, numbers(__builtin_shufflevector(each, each, 0, 0, 1, 1) * inputs));
    store(by_W1 + 4, numbers(__builtin_shufflevector(each, each, 2, 2, 3, 3) * inputs));
    return error * error;
  }
};

/// A perceptron 32-64-64-10 with ReLU, and the cross-entropy of its outputs.
struct Net {
  const double *W1, *b1, *W2, *b2, *W3, *b3;
  alignas(64) double first[64], second[64], scores[10];

  CTNN_INLINE double forward(const double* x, const double* target, double* probabilities) {
    times_vector<64, 32>(W1, x, [&](std::size_t i, double sum) { first[i] = std::max(0.0, sum + b1[i]); });
    times_vector<64, 64>(W2, first,
                         [&](std::size_t i, double sum) { second[i] = std::max(0.0, sum + b2[i]); });
    times_vector<10, 64>(W3, second, [&](std::size_t i, double sum) { scores[i] = sum + b3[i]; });
    double shift = scores[0];
    for (double score : scores) shift = std::max(shift, score);
    const auto powers = [&](std::size_t k, std::size_t count) CTNN_INLINED {
      write(probabilities + k, ctnn::scalar::exp(V(read(scores + k, count) - V(shift))), count);
    };
    for_each_vector<10>(powers);
    double total = 0, hit = 0;
    for (std::size_t i = 0; i < 10; ++i) total += probabilities[i];
    for (std::size_t i = 0; i < 10; ++i) hit += target[i] * scores[i];
    for (std::size_t i = 0; i < 10; ++i) probabilities[i] /= total;
    return std::log(total) + shift - hit;
  }
  double value(const double* x, const double* target) {
    double probabilities[10];
    return forward(x, target, probabilities);
  }

  /// The gradient by a layer's weights, u times x, in one pass with that by its input, which is where x > 0:
  /// weights and gradients are more than the first cache, so that what is written is fetched ahead.
  template <std::size_t Rows, std::size_t Columns>
  CTNN_INLINE static void backward(const double* u, const double* x, const double* matrix, double* by_matrix,
                                   double* by_x) {
    constexpr std::size_t vectors = Columns / lanes;
    V inputs[vectors], sums[vectors];
    CTNN_UNROLL for (std::size_t v = 0; v < vectors; ++v) {
      inputs[v] = load<V>(x + v * lanes);
      sums[v] = V(0.0);
    }
    for (std::size_t row = 0; row < Rows; ++row) {
      const V factor(u[row]);
      CTNN_UNROLL for (std::size_t v = 0; v < vectors; ++v) {
        const std::size_t at = row * Columns + v * lanes;
        __builtin_prefetch(by_matrix + at + 64, 1);
        store(by_matrix + at, V(factor * inputs[v]));
        if (by_x != nullptr) sums[v] = fused_multiply_add(factor, load<V>(matrix + at), sums[v]);
      }
    }
    if (by_x != nullptr)
      CTNN_UNROLL for (std::size_t v = 0; v < vectors; ++v)
          store(by_x + v * lanes, V(select(inputs[v] > V(0.0), sums[v], V(0.0))));
  }
  double value_and_gradient(const double* x, const double* target, double* by_W1, double* by_b1,
                            double* by_W2, double* by_b2, double* by_W3, double* by_b3) {
    double probabilities[10];
    const double loss = forward(x, target, probabilities);
    for (std::size_t i = 0; i < 10; ++i) by_b3[i] = probabilities[i] - target[i];
    backward<10, 64>(by_b3, second, W3, by_W3, by_b2);
    backward<64, 64>(by_b2, first, W2, by_W2, by_b1);
    backward<64, 32>(by_b1, x, W1, by_W1, nullptr);
    return loss;
  }
};

/// The sum of the elements of A · B, N x N. By A it is, in each row, the sums of B's rows; by B, in each
/// column, the sums of A's columns.
template <std::size_t N>
double sum_of_product(const double* A, const double* B) {
  constexpr std::size_t rows = 4, vectors = 4;
  V total(0.0);
  for (std::size_t column = 0; column < N; column += vectors * lanes)
    for (std::size_t row = 0; row < N; row += rows) {
      V sums[rows][vectors];
      ctnn::kernels::clear(sums);
      for (std::size_t k = 0; k < N; ++k)
        ctnn::kernels::accumulate_outer<ctnn::kernels::Steps{rows, N}, ctnn::kernels::Steps{vectors, lanes},
                                        0>(sums, A + row * N + k, B + k * N + column);
      CTNN_UNROLL for (std::size_t r = 0; r < rows; ++r) CTNN_UNROLL for (std::size_t v = 0; v < vectors; ++v)
          total += sums[r][v];
    }
  return reduce_add(total);
}
template <std::size_t N>
double sum_of_product(const double* A, const double* B, double* by_A, double* by_B) {
  alignas(64) double of_rows[N], of_columns[N]{};
  for (std::size_t row = 0; row < N; ++row) {
    V sum(0.0);
    CTNN_UNROLL for (std::size_t k = 0; k < N; k += lanes) sum += load<V>(B + row * N + k);
    of_rows[row] = reduce_add(sum);
    CTNN_UNROLL for (std::size_t k = 0; k < N; k += lanes)
        store(of_columns + k, V(load<V>(of_columns + k) + load<V>(A + row * N + k)));
  }
  for (std::size_t row = 0; row < N; ++row) {
    CTNN_UNROLL for (std::size_t k = 0; k < N; k += lanes) {
      store(by_A + row * N + k, load<V>(of_rows + k));
      store(by_B + row * N + k, V(of_columns[row]));
    }
  }
  return sum_of_product<N>(A, B);
}

}  // namespace by_hand
