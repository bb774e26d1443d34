#pragma once
#include "elements_by_hand.hpp"

/// Values and derivatives at many points, along a sequence and between neighbours, as one would write them by
/// hand.
namespace by_hand {

template <std::size_t N>
void three_terms_of_many(const double* x1, const double* x2, double* values) {
  for (std::size_t i = 0; i < N; i += lanes) {
    const V a = load<V>(x1 + i), b = load<V>(x2 + i);
    store(values + i, V(ctnn::scalar::log(a) + a * b - ctnn::scalar::sin(b)));
  }
}
template <std::size_t N>
void three_terms_of_many(const double* x1, const double* x2, double* values, double* by_x1, double* by_x2) {
  for (std::size_t i = 0; i < N; i += lanes) {
    const V a = load<V>(x1 + i), b = load<V>(x2 + i);
    store(values + i, V(ctnn::scalar::log(a) + a * b - ctnn::scalar::sin(b)));
    store(by_x1 + i, V(V(1.0) / a + b));
    store(by_x2 + i, V(a - ctnn::scalar::cos(b)));
  }
}

/// Stan's stochastic volatility: log-volatilities h = mu + k with k_0 = s z_0 / sqrt(1 - phi²) and k_i = s
/// z_i
/// + phi k_(i-1), of which y_i is drawn with deviation e^(h_i / 2).
template <std::size_t N>
struct StochasticVolatility {
  const double* y;
  alignas(64) double k[N], slopes[N];

  CTNN_INLINE void recur(const double* z, double phi, double s) {
    double before = k[0] = s * z[0] / std::sqrt(1 - phi * phi);
    for (std::size_t i = 1; i < N; ++i) before = k[i] = s * z[i] + phi * before;
  }
  static double priors(double s, double mu) {
    return -std::log(5 * (1 + s * s / 25)) - std::log(10 * (1 + mu * mu / 100)) - std::log(2.0);
  }
  double value(const double* z, double phi, double s, double mu) {
    recur(z, phi, s);
    const V shift(mu), half(0.5);
    return priors(s, mu) - 0.5 * sum_over<N>([&](std::size_t i) CTNN_INLINED {
                             const V h = load<V>(k + i) + shift, of_y = load<V>(y + i), of_z = load<V>(z + i);
                             return V(of_y * of_y * ctnn::scalar::exp(V(-h)) + h + of_z * of_z);
                           });
  }
  double value_and_gradient(const double* z, double phi, double s, double mu, double* by_z, double* by_phi,
                            double* by_s, double* by_mu) {
    recur(z, phi, s);
    const V shift(mu), half(0.5);
    const double sum = sum_over<N>([&](std::size_t i) CTNN_INLINED {
      const V h = load<V>(k + i) + shift, of_y = load<V>(y + i), of_z = load<V>(z + i);
      const V square = of_y * of_y * ctnn::scalar::exp(V(-h));
      store(slopes + i, V((square - V(1.0)) * half));
      return V(square + h + of_z * of_z);
    });
    double mu_total = 0, s_total = 0, phi_total = 0, after = 0;
    for (std::size_t i = N; i-- > 1;) {
      mu_total += slopes[i];
      after = slopes[i] + phi * after;
      by_z[i] = s * after - z[i];
      s_total += after * z[i];
      phi_total += after * k[i - 1];
    }
    mu_total += slopes[0];
    after = slopes[0] + phi * after;
    const double scale = 1 / std::sqrt(1 - phi * phi);
    by_z[0] = s * after * scale - z[0];
    *by_s = s_total + after * z[0] * scale - 2 * s / (25 + s * s);
    *by_phi = phi_total + after * k[0] * phi * scale * scale;
    *by_mu = mu_total - 2 * mu / (100 + mu * mu);
    return priors(s, mu) - 0.5 * sum;
  }
};

/// Rosenbrock's function, the sum of 100 (x_(i+1) - x_i²)² + (1 - x_i)², and its Hessian, which has three
/// diagonals.
template <std::size_t N>
double rosenbrock(const double* x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < N; ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    sum += 100 * a * a + b * b;
  }
  return sum;
}
template <std::size_t N>
void rosenbrock_hessian(const double* x, double* hessian) {
  std::fill_n(hessian, N * N, 0.0);
  for (std::size_t i = 0; i + 1 < N; ++i) {
    hessian[i * N + i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
    hessian[(i + 1) * N + i + 1] += 200;
    hessian[i * N + i + 1] = hessian[(i + 1) * N + i] = -400 * x[i];
  }
}

}  // namespace by_hand
