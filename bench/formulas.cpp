// Formulas against the best C++ that we can write by hand, with the same flags: the value, and the value with
// its gradient. FastAD's examples, and networks.
#include <iostream>

#include "formulas/elements_by_hand.hpp"
#include "formulas/matrices_by_hand.hpp"
#include "formulas/points.hpp"

namespace {

using namespace bench;

void three_terms(Table& table) {
  constexpr Variable<"x1"> x1;
  constexpr Variable<"x2"> x2;
  constexpr auto f = log(x1) + x1 * x2 - sin(x2);
  double a = 2, b = 5;
  double by_a, by_b;
  const auto [value, gradient] = value_and_gradient(f)(x1 = a, x2 = b);
  expect_equal("three terms", value, by_hand::three_terms(a, b, &by_a, &by_b));
  expect_equal("three terms by x1", gradient[x1], by_a);
  expect_equal("three terms by x2", gradient[x2], by_b);

  table.row(
      "ln x1 + x1 x2 - sin x2", {12.2, 17.1, 43},
      [&] {
        forget(a, b);
        DoNotOptimize(by_hand::three_terms(a, b));
      },
      [&] {
        forget(a, b);
        DoNotOptimize(by_hand::three_terms(a, b, &by_a, &by_b));
        forget(by_a, by_b);
      },
      [&] {
        forget(a, b);
        DoNotOptimize(value_and_gradient(f)(x1 = a, x2 = b));
      });
}

/// A formula of one tensor x of N numbers from -1 to 1.
template <std::size_t N>
void of_one_tensor(Table& table, std::string_view name, const Published& published, const auto& f,
                   const auto& primal, const auto& by_hand) {
  constexpr Variable<"x", Shape<N>> x;
  static Tensor<double, N> at, expected;
  fill(at);
  const double value = by_hand(at.data(), expected.data());
  const auto result = value_and_gradient(f)(x = at);
  expect_equal(name, result.value, value);
  expect_equal(name, primal(at.data()), value);
  expect_equal(name, elements(result.gradient[x]), elements(expected));

  table.row(
      name, published,
      [&] {
        forget(at);
        DoNotOptimize(primal(at.data()));
      },
      [&] {
        forget(at);
        DoNotOptimize(by_hand(at.data(), expected.data()));
        forget(expected);
      },
      [&] {
        forget(at);
        const auto both = value_and_gradient(f)(x = at);
        forget(both);
      });
}

void sums(Table& table) {
  constexpr Variable<"x", Shape<256>> few;
  constexpr Variable<"x", Shape<4096>> many;
  if (table.wants("log-sum-exp 256"))
    of_one_tensor<256>(
        table, "log-sum-exp 256", {218, 227, 324}, log_sum_exp(few),
        [](const double* x) { return by_hand::log_sum_exp<256>(x); },
        [](const double* x, double* gradient) { return by_hand::log_sum_exp<256>(x, gradient); });
  if (table.wants("sum of exp 4096"))
    of_one_tensor<4096>(
        table, "sum of exp 4096", {3050, 3350, 5580}, sum(exp(many)),
        [](const double* x) { return by_hand::sum_of_exp<4096>(x); },
        [](const double* x, double* gradient) { return by_hand::sum_of_exp<4096>(x, gradient); });
  double mean = -0.56, deviation = 1.37;
  forget(mean, deviation);
  if (table.wants("normal log-density 4096"))
    of_one_tensor<4096>(
        table, "normal log-density 4096", {267, 582, 1180},
        -0.5 * sum(square(many - mean)) / (deviation * deviation) - 4096 * std::log(deviation),
        [=](const double* x) { return by_hand::normal_log_density<4096>(x, mean, deviation); },
        [=](const double* x, double* gradient) {
          return by_hand::normal_log_density<4096>(x, mean, deviation, gradient);
        });
}

void regression(Table& table) {
  constexpr std::size_t rows = 1000, columns = 150;
  constexpr Variable<"X", Shape<rows, columns>> X;
  constexpr Variable<"y", Shape<rows>> y;
  constexpr Variable<"w", Shape<columns>> w;
  constexpr Variable<"b"> b;
  constexpr Variable<"s"> s;
  constexpr auto f = -0.5 * sum(square(y - (matrix_product(X, w) + b))) / square(s) - double{rows} * log(s) -
                     0.5 * (sum(square(w)) + square(b));
  static Tensor<double, rows, columns> data;
  static Tensor<double, rows> targets;
  static Tensor<double, columns> weights, by_w;
  fill(data);
  fill(targets);
  fill(weights);
  double bias = 0.3, deviation = 0.7, by_b, by_s;
  static by_hand::Regression<rows, columns> hand{data.data(), targets.data(), {}};

  const auto result =
      value_and_gradient(f, w, b, s)(X = data, y = targets, w = weights, b = bias, s = deviation);
  expect_equal("regression", result.value,
               hand.value_and_gradient(weights.data(), bias, deviation, by_w.data(), &by_b, &by_s));
  expect_equal("regression", result.value, hand.value(weights.data(), bias, deviation));
  expect_equal("regression by w", elements(result.gradient[w]), elements(by_w));
  expect_equal("regression by b", result.gradient[b], by_b);
  expect_equal("regression by s", result.gradient[s], by_s);

  table.row(
      "linear regression 1000x150", {13100, 26800, 27000},
      [&] {
        forget(data, targets, weights, bias, deviation);
        DoNotOptimize(hand.value(weights.data(), bias, deviation));
      },
      [&] {
        forget(data, targets, weights, bias, deviation);
        DoNotOptimize(hand.value_and_gradient(weights.data(), bias, deviation, by_w.data(), &by_b, &by_s));
        forget(by_w, by_b, by_s);
      },
      [&] {
        forget(data, targets, weights, bias, deviation);
        const auto both =
            value_and_gradient(f, w, b, s)(X = data, y = targets, w = weights, b = bias, s = deviation);
        forget(both);
      });
}

void small_net(Table& table) {
  constexpr Variable<"x", Shape<2>> x;
  constexpr Variable<"target"> target;
  constexpr Variable<"W1", Shape<4, 2>> W1;
  constexpr Variable<"b1", Shape<4>> b1;
  constexpr Variable<"W2", Shape<4>> W2;
  constexpr Variable<"b2"> b2;
  constexpr auto f = square(dot(W2, tanh(matrix_product(W1, x) + b1)) + b2 - target);
  Tensor<double, 2> input;
  Tensor<double, 4, 2> w1, by_w1;
  Tensor<double, 4> c1, by_c1, w2, by_w2;
  double c2 = 0.1, by_c2, wanted = 1;
  fill(input), fill(w1), fill(c1), fill(w2);
  const by_hand::SmallNet hand{w1.data(), c1.data(), w2.data(), &c2};
  const auto at = [&](const auto& what) CTNN_INLINED {
    return what(x = input, target = wanted, W1 = w1, b1 = c1, W2 = w2, b2 = c2);
  };

  const auto result = at(value_and_gradient(f, W1, b1, W2, b2));
  expect_equal(
      "2-4-1", result.value,
      hand.value_and_gradient(input.data(), wanted, by_w1.data(), by_c1.data(), by_w2.data(), &by_c2));
  expect_equal("2-4-1", result.value, hand.value(input.data(), wanted));
  expect_equal("2-4-1 by W1", elements(result.gradient[W1]), elements(by_w1));
  expect_equal("2-4-1 by b1", elements(result.gradient[b1]), elements(by_c1));
  expect_equal("2-4-1 by W2", elements(result.gradient[W2]), elements(by_w2));
  expect_equal("2-4-1 by b2", result.gradient[b2], by_c2);

  table.row(
      "perceptron 2-4-1", {16.9, 20, 187},
      [&] {
        forget(input, wanted, w1, c1, w2, c2);
        DoNotOptimize(hand.value(input.data(), wanted));
      },
      [&] {
        forget(input, wanted, w1, c1, w2, c2);
        DoNotOptimize(
            hand.value_and_gradient(input.data(), wanted, by_w1.data(), by_c1.data(), by_w2.data(), &by_c2));
        forget(by_w1, by_c1, by_w2, by_c2);
      },
      [&] {
        forget(input, wanted, w1, c1, w2, c2);
        const auto both = at(value_and_gradient(f, W1, b1, W2, b2));
        forget(both);
      });
}

void net(Table& table) {
  constexpr Variable<"x", Shape<32>> x;
  constexpr Variable<"target", Shape<10>> target;
  constexpr Variable<"W1", Shape<64, 32>> W1;
  constexpr Variable<"W2", Shape<64, 64>> W2;
  constexpr Variable<"W3", Shape<10, 64>> W3;
  constexpr Variable<"b1", Shape<64>> b1;
  constexpr Variable<"b2", Shape<64>> b2;
  constexpr Variable<"b3", Shape<10>> b3;
  constexpr auto first = relu(matrix_product(W1, x) + b1);
  constexpr auto second = relu(matrix_product(W2, first) + b2);
  constexpr auto scores = matrix_product(W3, second) + b3;
  constexpr auto f = log_sum_exp(scores) - dot(scores, target);
  static Tensor<double, 32> input;
  static Tensor<double, 10> wanted{0, 0, 0, 1}, c3, by_c3;
  static Tensor<double, 64, 32> w1, by_w1;
  static Tensor<double, 64, 64> w2, by_w2;
  static Tensor<double, 10, 64> w3, by_w3;
  static Tensor<double, 64> c1, by_c1, c2, by_c2;
  fill(input), fill(w1, -0.2, 0.2), fill(c1), fill(w2, -0.2, 0.2), fill(c2), fill(w3, -0.2, 0.2), fill(c3);
  by_hand::Net hand{w1.data(), c1.data(), w2.data(), c2.data(), w3.data(), c3.data(), {}, {}, {}};
  const auto at = [&](const auto& what) CTNN_INLINED {
    return what(x = input, target = wanted, W1 = w1, b1 = c1, W2 = w2, b2 = c2, W3 = w3, b3 = c3);
  };
  const auto gradient_by_hand = [&]() CTNN_INLINED {
    return hand.value_and_gradient(input.data(), wanted.data(), by_w1.data(), by_c1.data(), by_w2.data(),
                                   by_c2.data(), by_w3.data(), by_c3.data());
  };

  const auto result = at(value_and_gradient(f, W1, b1, W2, b2, W3, b3));
  expect_equal("32-64-64-10", result.value, gradient_by_hand());
  expect_equal("32-64-64-10", result.value, hand.value(input.data(), wanted.data()));
  expect_equal("32-64-64-10 by W1", elements(result.gradient[W1]), elements(by_w1));
  expect_equal("32-64-64-10 by b1", elements(result.gradient[b1]), elements(by_c1));
  expect_equal("32-64-64-10 by W2", elements(result.gradient[W2]), elements(by_w2));
  expect_equal("32-64-64-10 by b2", elements(result.gradient[b2]), elements(by_c2));
  expect_equal("32-64-64-10 by W3", elements(result.gradient[W3]), elements(by_w3));
  expect_equal("32-64-64-10 by b3", elements(result.gradient[b3]), elements(by_c3));

  table.row(
      "perceptron 32-64-64-10", {661, 1640, 4170},
      [&] {
        forget(input, wanted, w1, c1, w2, c2, w3, c3);
        DoNotOptimize(hand.value(input.data(), wanted.data()));
      },
      [&] {
        forget(input, wanted, w1, c1, w2, c2, w3, c3);
        DoNotOptimize(gradient_by_hand());
        forget(by_w1, by_c1, by_w2, by_c2, by_w3, by_c3);
      },
      [&] {
        forget(input, wanted, w1, c1, w2, c2, w3, c3);
        const auto both = at(value_and_gradient(f, W1, b1, W2, b2, W3, b3));
        forget(both);
      });
}

void product(Table& table) {
  constexpr Variable<"A", Shape<64, 64>> A;
  constexpr Variable<"B", Shape<64, 64>> B;
  constexpr auto f = sum(matrix_product(A, B));
  static Tensor<double, 64, 64> left, right, by_left, by_right;
  fill(left), fill(right);
  const auto result = value_and_gradient(f)(A = left, B = right);
  expect_equal("product", result.value,
               by_hand::sum_of_product<64>(left.data(), right.data(), by_left.data(), by_right.data()));
  expect_equal("product by A", elements(result.gradient[A]), elements(by_left));
  expect_equal("product by B", elements(result.gradient[B]), elements(by_right));
  table.row(
      "sum of a product 64x64", {},
      [&] {
        forget(left, right);
        DoNotOptimize(by_hand::sum_of_product<64>(left.data(), right.data()));
      },
      [&] {
        forget(left, right);
        DoNotOptimize(
            by_hand::sum_of_product<64>(left.data(), right.data(), by_left.data(), by_right.data()));
        forget(by_left, by_right);
      },
      [&] {
        forget(left, right);
        const auto both = value_and_gradient(f)(A = left, B = right);
        forget(both);
      });
}

}  // namespace

int main(int argc, char** argv) {
#ifndef NDEBUG
  std::cerr << "bench: this is a debug build, its times say nothing\n";
  return 1;
#endif
  ctnn::bench::Options options{.rounds = {60, 2e-4}};
  if (!ctnn::bench::parse(argc, argv, options)) {
    std::cerr << argv[0] << ' ' << ctnn::bench::usage;
    return 1;
  }
  Table table(options);
  if (table.wants("ln x1 + x1 x2 - sin x2")) three_terms(table);
  sums(table);
  if (table.wants("linear regression 1000x150")) regression(table);
  if (table.wants("perceptron 2-4-1")) small_net(table);
  if (table.wants("perceptron 32-64-64-10")) net(table);
  if (table.wants("sum of a product 64x64")) product(table);
  if (table.wants("stochastic volatility 1024")) stochastic_volatility(table);
  if (table.wants("points")) many_points(table);
  if (table.wants("Rosenbrock's Hessian, 100")) hessian(table);
  return ctnn::bench::write_files(argv[0], table.report(), options) ? 0 : 1;
}
