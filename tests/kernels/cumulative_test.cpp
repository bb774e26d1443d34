#include <cmath>

#include <catch2/catch.hpp>
#include <ctnn/kernels/cumulative.hpp>
#include <ctnn/kernels/reduction.hpp>

#include "guarded.hpp"

using ctnn::ReductionSizes;
using ctnn::RunningSizes;

namespace {

/// The same order of additions as a plain loop's, but for a multiplication and an addition in one.
template <class T, RunningSizes S>
void check_running() {
  INFO(S.outer << ", " << S.steps << ", " << S.inner << " of " << sizeof(T) << " bytes");
  const std::size_t count = S.outer * S.steps * S.inner;
  const auto factor = ctnn::test::noise<T>(count, 1), term = ctnn::test::noise<T>(count, 2);
  ctnn::test::Guarded<T> sums(count), values(count);
  ctnn::kernels::cumulative_sum<T, S>(term.data(), sums.data());
  ctnn::kernels::linear_recurrence<T, S>(factor.data(), term.data(), values.data());
  CHECK(sums.intact());
  CHECK(values.intact());
  std::size_t wrong = 0;
  for (std::size_t o = 0; o < S.outer; ++o)
    for (std::size_t i = 0; i < S.inner; ++i) {
      double sum = 0, value = 0;
      for (std::size_t t = 0; t < S.steps; ++t) {
        const std::size_t at = (o * S.steps + (S.backward ? S.steps - 1 - t : t)) * S.inner + i;
        sum += static_cast<double>(term[at]);
        value = static_cast<double>(factor[at]) * value + static_cast<double>(term[at]);
        const double allowed = ctnn::test::tolerance<T>(S.steps);
        wrong += !(std::abs(static_cast<double>(sums[at]) - sum) <= allowed * (1 + std::abs(sum)));
        wrong += !(std::abs(static_cast<double>(values[at]) - value) <= allowed * (1 + std::abs(value)));
      }
    }
  CHECK(wrong == 0);
}

template <class T, ReductionSizes S>
void check_product() {
  auto input = ctnn::test::noise<T>(S.outer * S.reduced * S.inner, 1);
  for (T& element : input) element = 1 + element / 4;
  ctnn::test::Guarded<T> result(S.outer * S.inner);
  ctnn::kernels::product<T, S>(input.data(), result.data());
  CHECK(result.intact());
  std::size_t wrong = 0;
  for (std::size_t o = 0; o < S.outer; ++o)
    for (std::size_t i = 0; i < S.inner; ++i) {
      double product = 1;
      for (std::size_t r = 0; r < S.reduced; ++r)
        product *= static_cast<double>(input[(o * S.reduced + r) * S.inner + i]);
      const double allowed = ctnn::test::tolerance<T>(S.reduced) * std::abs(product);
      wrong += !(std::abs(static_cast<double>(result[o * S.inner + i]) - product) <= allowed);
    }
  CHECK(wrong == 0);
}

template <RunningSizes S>
void check() {
  check_running<float, S>();
  check_running<double, S>();
  check_product<float, ReductionSizes{S.outer, S.steps, S.inner}>();
  check_product<double, ReductionSizes{S.outer, S.steps, S.inner}>();
}

}  // namespace

TEST_CASE("running values and products equal plain loops", "[kernels]") {
  check<RunningSizes{1, 1, 1, false}>();
  check<RunningSizes{1, 37, 1, true}>();
  check<RunningSizes{4, 19, 1, false}>();
  check<RunningSizes{7, 5, 1, true}>();
  check<RunningSizes{2, 9, 3, false}>();
  check<RunningSizes{3, 4, 16, true}>();
  check<RunningSizes{1, 6, 41, false}>();
}
