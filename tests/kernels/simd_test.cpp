#include <cmath>

#include <catch2/catch.hpp>
#include <ctnn/kernels/block.hpp>

#include "guarded.hpp"

namespace kernels = ctnn::kernels;

namespace {

template <class B>
void check_batch() {
  using T = kernels::Element<B>;
  constexpr std::size_t n = kernels::lanes<B>;
  INFO(n << " lanes of " << sizeof(T) << " bytes");
  const auto x = ctnn::test::noise<T>(n * n + n, 1), y = ctnn::test::noise<T>(n, 2);
  T copy[n];

  for (std::size_t count = 0; count <= n; ++count) {
    kernels::store(copy, kernels::load_partial<B>(x.data(), count));
    for (std::size_t i = 0; i < n; ++i) CHECK(copy[i] == (i < count ? x[i] : T(0)));
    ctnn::test::Guarded<T> target(count);
    kernels::store_partial(target.data(), kernels::load<B>(x.data()), count);
    CHECK(target.intact());
    for (std::size_t i = 0; i < count; ++i) CHECK(target[i] == x[i]);
  }

  const B a = kernels::load<B>(x.data()), b = kernels::load<B>(y.data());
  const auto check_between = [&]<std::size_t First, std::size_t Last>() {
    kernels::store(copy, kernels::lanes_between<First, Last>(a));
    for (std::size_t i = 0; i < n; ++i) CHECK(copy[i] == (i >= First && i < Last ? x[i] : T(0)));
  };
  check_between.template operator()<0, n>();
  if constexpr (n > 1) {
    check_between.template operator()<0, n - 1>();
    check_between.template operator()<1, n>();
    check_between.template operator()<n / 4, n - n / 4>();
  }
  kernels::store(copy, kernels::fused_multiply_add(a, b, kernels::broadcast<B>(3)));
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(static_cast<double>(copy[i]) == Approx(static_cast<double>(x[i]) * static_cast<double>(y[i]) + 3));
  }
  T total = 0, largest = x[0];
  for (std::size_t i = 0; i < n; ++i) {
    total += x[i];
    largest = std::max(largest, x[i]);
  }
  CHECK(static_cast<double>(kernels::reduce_add(a)) == Approx(static_cast<double>(total)).margin(1e-6));
  CHECK(kernels::reduce_max(a) == largest);

  for (std::size_t i = 0; i < n; ++i) {
    std::vector<T> spoilt(y);
    spoilt[i] = std::numeric_limits<T>::quiet_NaN();
    const B c = kernels::load<B>(spoilt.data());
    CHECK(std::isnan(kernels::reduce_max(c)));
    for (const B& result : {B(kernels::maximum(a, c)), B(kernels::maximum(c, a)), B(kernels::minimum(a, c)),
                            B(kernels::minimum(c, a))}) {
      kernels::store(copy, result);
      CHECK(std::isnan(copy[i]));
    }
    // The second operand, if one is NaN.
    for (const B& result : {B(kernels::smaller(a, c)), B(kernels::larger(a, c))}) {
      kernels::store(copy, result);
      CHECK(std::isnan(copy[i]));
    }
    for (const B& result : {B(kernels::smaller(c, a)), B(kernels::larger(c, a))}) {
      kernels::store(copy, result);
      CHECK(copy[i] == x[i]);
    }
  }
  T least[n], most[n], chosen[n], positive[n];
  kernels::store(least, kernels::smaller(a, b));
  kernels::store(most, kernels::larger(a, b));
  kernels::store(chosen, kernels::choose(a < b, a, b));
  kernels::store(positive, kernels::zero_unless(a > B(T(0)), a));
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(least[i] == std::min(x[i], y[i]));
    CHECK(most[i] == std::max(x[i], y[i]));
    CHECK(chosen[i] == least[i]);
    CHECK(positive[i] == std::max(x[i], T(0)));
  }
}

/// A pair of batches taken apart into every second element, and put together again.
template <class B>
void check_pairs() {
  using T = kernels::Element<B>;
  constexpr std::size_t n = kernels::lanes<B>;
  const auto x = ctnn::test::noise<T>(2 * n, 1);
  const B first = kernels::load<B>(x.data()), second = kernels::load<B>(x.data() + n);
  B even = kernels::every_second<false>(first, second), odd = kernels::every_second<true>(first, second);
  T evens[n], odds[n], pair[2 * n];
  kernels::store(evens, kernels::reorder(even));
  kernels::store(odds, kernels::reorder(odd));
  even = kernels::reorder(kernels::reorder(even));
  kernels::interleave(even, odd);
  kernels::store(pair, even);
  kernels::store(pair + n, odd);
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(evens[i] == x[2 * i]);
    CHECK(odds[i] == x[2 * i + 1]);
    CHECK(pair[i] == x[i]);
    CHECK(pair[n + i] == x[n + i]);
  }
}

template <class T>
void check_block() {
  using B = kernels::BlockBatch<T>;
  const std::size_t rows = 2 * kernels::lanes<B> + 1, columns = kernels::lanes<B> + 2;
  const auto source = ctnn::test::noise<T>(rows * columns, 1);
  ctnn::test::Guarded<T> target(rows * columns);
  kernels::copy_transposed(source.data(), columns, rows, columns, target.data(), rows);
  CHECK(target.intact());
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) CHECK(target[j * rows + i] == source[i * columns + j]);
  }
}

}  // namespace

TEST_CASE("batches of every width load, store, add and compare", "[kernels]") {
  check_batch<kernels::Batch<float>>();
  check_batch<kernels::BatchUpTo<float, 8>>();
  check_batch<kernels::BatchUpTo<float, 4>>();
  check_batch<float>();
  check_batch<kernels::Batch<double>>();
  check_batch<kernels::BatchUpTo<double, 4>>();
  check_batch<kernels::BatchUpTo<double, 2>>();
  check_batch<double>();
}

TEST_CASE("every second element of a pair of batches, and back", "[kernels]") {
  check_pairs<kernels::Batch<float>>();
  check_pairs<kernels::BatchUpTo<float, 8>>();
  check_pairs<kernels::BatchUpTo<float, 4>>();
  check_pairs<float>();
  check_pairs<kernels::Batch<double>>();
  check_pairs<kernels::BatchUpTo<double, 4>>();
  check_pairs<kernels::BatchUpTo<double, 2>>();
  check_pairs<double>();
}

TEST_CASE("blocks are transposed", "[kernels]") {
  check_block<float>();
  check_block<double>();
  check_block<std::int32_t>();
}
