#pragma once
#include <cmath>
#include <ctnn/kernels/batch_functions.hpp>

/// Values and gradients of sums over elements as one would write them by hand: one pass where one is enough,
/// whole vectors, as many chains of additions as hide their latency.
namespace by_hand {

using V = ctnn::kernels::Batch<double>;
inline constexpr std::size_t lanes = ctnn::kernels::lanes<V>;
using ctnn::kernels::load;
using ctnn::kernels::reduce_add;
using ctnn::kernels::store;

/// The sum of term(i) over the elements i, which are read four vectors at a time.
template <std::size_t N>
CTNN_INLINE double sum_over(const auto& term) {
  static_assert(N % (4 * lanes) == 0);
  V sums[4]{V(0.0), V(0.0), V(0.0), V(0.0)};
  for (std::size_t i = 0; i < N; i += 4 * lanes)
    CTNN_UNROLL for (std::size_t k = 0; k < 4; ++k) sums[k] += term(i + k * lanes);
  return reduce_add(V((sums[0] + sums[1]) + (sums[2] + sums[3])));
}

inline double three_terms(double x1, double x2) {
  return std::log(x1) + x1 * x2 - std::sin(x2);
}
inline double three_terms(double x1, double x2, double* by_x1, double* by_x2) {
  *by_x1 = 1 / x1 + x2;
  *by_x2 = x1 - std::cos(x2);
  return std::log(x1) + x1 * x2 - std::sin(x2);
}

template <std::size_t N>
double sum_of_exp(const double* x) {
  return sum_over<N>([&](std::size_t i) CTNN_INLINED { return ctnn::scalar::exp(load<V>(x + i)); });
}
template <std::size_t N>
double sum_of_exp(const double* x, double* gradient) {
  return sum_over<N>([&](std::size_t i) CTNN_INLINED {
    const V e = ctnn::scalar::exp(load<V>(x + i));
    store(gradient + i, e);
    return e;
  });
}

template <std::size_t N>
CTNN_INLINE double largest(const double* x) {
  V most[4]{load<V>(x), load<V>(x + lanes), load<V>(x + 2 * lanes), load<V>(x + 3 * lanes)};
  for (std::size_t i = 4 * lanes; i < N; i += 4 * lanes)
    CTNN_UNROLL for (std::size_t k = 0; k < 4; ++k) most[k] = max(load<V>(x + i + k * lanes), most[k]);
  return ctnn::kernels::reduce_max(V(max(max(most[0], most[1]), max(most[2], most[3]))));
}
template <std::size_t N>
double log_sum_exp(const double* x) {
  const double shift = largest<N>(x);
  const V shifts(shift);
  return shift + std::log(sum_over<N>([&](std::size_t i) CTNN_INLINED {
           return ctnn::scalar::exp(V(load<V>(x + i) - shifts));
         }));
}
template <std::size_t N>
double log_sum_exp(const double* x, double* gradient) {
  const double shift = largest<N>(x);
  const V shifts(shift);
  const double total = sum_over<N>([&](std::size_t i) CTNN_INLINED {
    const V e = ctnn::scalar::exp(V(load<V>(x + i) - shifts));
    store(gradient + i, e);
    return e;
  });
  const V factor(1 / total);
  for (std::size_t i = 0; i < N; i += lanes) store(gradient + i, V(load<V>(gradient + i) * factor));
  return shift + std::log(total);
}

/// How far ahead of a store its line is fetched where x and the gradient are more than the first cache.
inline constexpr std::size_t ahead = 768;

/// Without the constant -N / 2 · log(2π).
template <std::size_t N>
double normal_log_density(const double* x, double mean, double deviation) {
  const V means(mean);
  const double squares = sum_over<N>([&](std::size_t i) CTNN_INLINED {
    const V d = load<V>(x + i) - means;
    return V(d * d);
  });
  return -0.5 * squares / (deviation * deviation) - static_cast<double>(N) * std::log(deviation);
}
template <std::size_t N>
double normal_log_density(const double* x, double mean, double deviation, double* gradient) {
  const V means(mean), factor(-1 / (deviation * deviation));
  const double squares = sum_over<N>([&](std::size_t i) CTNN_INLINED {
    const V d = load<V>(x + i) - means;
    if (i + ahead < N) __builtin_prefetch(gradient + i + ahead, 1);
    store(gradient + i, V(d * factor));
    return V(d * d);
  });
  return -0.5 * squares / (deviation * deviation) - static_cast<double>(N) * std::log(deviation);
}

}  // namespace by_hand
