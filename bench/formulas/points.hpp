#pragma once
#include <numbers>

#include "comparison.hpp"
#include "points_by_hand.hpp"

/// Rows of the table: a sequence, many points at once, and second derivatives.
namespace bench {

inline void stochastic_volatility(Table& table) {
  constexpr std::size_t n = 1024;
  constexpr Variable<"y", Shape<n>> y;
  constexpr Variable<"z", Shape<n>> z;
  constexpr Variable<"phi"> phi;
  constexpr Variable<"s"> s;
  constexpr Variable<"mu"> mu;
  constexpr auto first = slice<0, 0, 1>(z) / sqrt(ctnn::literal<1> - square(phi));
  constexpr auto h =
      mu + scan(
               ctnn::literal<0>, [=](auto before, auto drawn) { return s * drawn + phi * before; },
               concat<0>(first, slice<0, 1, n>(z)));
  constexpr auto f = -0.5 * sum(square(y) * exp(-h) + h + square(z)) - log(5 * (1 + square(s) / 25)) -
                     log(10 * (1 + square(mu) / 100)) - std::numbers::ln2;
  static Tensor<double, n> returns, drawn, by_z;
  fill(returns), fill(drawn);
  double autoregression = 0.9, deviation = 0.3, mean = -0.5, by_phi, by_s, by_mu;
  static by_hand::StochasticVolatility<n> hand{returns.data(), {}, {}};
  const auto at = [&](const auto& what) CTNN_INLINED {
    return what(y = returns, z = drawn, phi = autoregression, s = deviation, mu = mean);
  };
  const auto gradient_by_hand = [&]() CTNN_INLINED {
    return hand.value_and_gradient(drawn.data(), autoregression, deviation, mean, by_z.data(), &by_phi, &by_s,
                                   &by_mu);
  };

  const auto result = at(value_and_gradient(f, z, phi, s, mu));
  expect_equal("volatility", result.value, gradient_by_hand());
  expect_equal("volatility", result.value, hand.value(drawn.data(), autoregression, deviation, mean));
  expect_equal("volatility by z", elements(result.gradient[z]), elements(by_z));
  expect_equal("volatility by phi", result.gradient[phi], by_phi);
  expect_equal("volatility by s", result.gradient[s], by_s);
  expect_equal("volatility by mu", result.gradient[mu], by_mu);

  table.row(
      "stochastic volatility 1024", {},
      [&] {
        forget(returns, drawn, autoregression, deviation, mean);
        DoNotOptimize(hand.value(drawn.data(), autoregression, deviation, mean));
      },
      [&] {
        forget(returns, drawn, autoregression, deviation, mean);
        DoNotOptimize(gradient_by_hand());
        forget(by_z, by_phi, by_s, by_mu);
      },
      [&] {
        forget(returns, drawn, autoregression, deviation, mean);
        const auto both = at(value_and_gradient(f, z, phi, s, mu));
        forget(both);
      });
}

inline void many_points(Table& table) {
  constexpr std::size_t n = 4096;
  constexpr Variable<"x1"> x1;
  constexpr Variable<"x2"> x2;
  constexpr auto f = log(x1) + x1 * x2 - sin(x2);
  static Tensor<double, n> at1, at2, values, by_x1, by_x2, by_hand1, by_hand2, expected;
  fill(at1, 0.1, 10), fill(at2, -10, 10);
  const auto room = [](auto& tensor) { return std::span<double>(tensor.data(), n); };
  const auto gradient_by_hand = [&] {
    by_hand::three_terms_of_many<n>(at1.data(), at2.data(), expected.data(), by_hand1.data(),
                                    by_hand2.data());
  };
  const auto value_by_hand = [&] {
    forget(at1, at2);
    by_hand::three_terms_of_many<n>(at1.data(), at2.data(), expected.data());
    forget(expected);
  };
  gradient_by_hand();
  ctnn::map(value_and_gradient(f))(room(values), {room(by_x1), room(by_x2)}, x1 = room(at1), x2 = room(at2));
  expect_equal("many points", elements(values), elements(expected));
  expect_equal("many points by x1", elements(by_x1), elements(by_hand1));
  expect_equal("many points by x2", elements(by_x2), elements(by_hand2));

  table.row("value at 4096 points", {}, value_by_hand, value_by_hand, [&] {
    forget(at1, at2);
    ctnn::map(f)(room(values), x1 = room(at1), x2 = room(at2));
    forget(values);
  });
  table.row(
      "gradient at 4096 points", {}, value_by_hand,
      [&] {
        forget(at1, at2);
        gradient_by_hand();
        forget(expected, by_hand1, by_hand2);
      },
      [&] {
        forget(at1, at2);
        ctnn::map(value_and_gradient(f))(room(values), {room(by_x1), room(by_x2)}, x1 = room(at1),
                                         x2 = room(at2));
        forget(values, by_x1, by_x2);
      });
}

inline void hessian(Table& table) {
  constexpr std::size_t n = 100;
  constexpr Variable<"x", Shape<n>> x;
  constexpr auto left = slice<0, 0, n - 1>(x);
  constexpr auto right = slice<0, 1, n>(x);
  constexpr auto f = sum(100 * square(right - square(left)) + square(1 - left));
  static Tensor<double, n> at;
  static Tensor<double, n, n> expected;
  fill(at);
  by_hand::rosenbrock_hessian<n>(at.data(), expected.data());
  const auto result = ctnn::hessian(f)(x = at);
  expect_equal("Hessian", elements(Tensor<double, n, n>(result(x, x))), elements(expected));
  table.row(
      "Rosenbrock's Hessian, 100", {},
      [&] {
        forget(at);
        DoNotOptimize(by_hand::rosenbrock<n>(at.data()));
      },
      [&] {
        forget(at);
        by_hand::rosenbrock_hessian<n>(at.data(), expected.data());
        forget(expected);
      },
      [&] {
        forget(at);
        const auto all = ctnn::hessian(f)(x = at);
        forget(all);
      });
}

}  // namespace bench
