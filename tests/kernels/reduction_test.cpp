#include <cmath>

#include <catch2/catch.hpp>
#include <ctnn/kernels/reduction.hpp>

#include "guarded.hpp"

using ctnn::ReductionSizes;

namespace {

template <class T, ReductionSizes S>
void check_reduction() {
  INFO(S.outer << ", " << S.reduced << ", " << S.inner << " of " << sizeof(T) << " bytes");
  auto input = ctnn::test::noise<T>(S.outer * S.reduced * S.inner, 1);
  const auto for_each = [&](auto visit) {
    for (std::size_t i = 0; i < input.size(); ++i) {
      visit(i / (S.reduced * S.inner) * S.inner + i % S.inner, i);
    }
  };
  std::vector<double> total(S.outer * S.inner);
  for_each([&](std::size_t to, std::size_t from) { total[to] += static_cast<double>(input[from]); });
  ctnn::test::Guarded<T> result(total.size());
  ctnn::kernels::sum<T, S>(input.data(), result.data());
  CHECK(result.intact());
  // Blocks of 512 and four chains bound the error far below that of one running sum.
  const double allowed = ctnn::test::tolerance<T>(std::min<std::size_t>(S.reduced, 600));
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < total.size(); ++i) {
    wrong += !(std::abs(static_cast<double>(result[i]) - total[i]) <= allowed * (1 + std::abs(total[i])));
  }
  CHECK(wrong == 0);

  for (std::size_t i = 5; i < input.size(); i += 211) input[i] = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> largest(total.size(), -std::numeric_limits<T>::infinity());
  for_each([&](std::size_t to, std::size_t from) {
    if (!(input[from] <= largest[to]) && !std::isnan(largest[to])) largest[to] = input[from];
  });
  ctnn::kernels::maximum<T, S>(input.data(), result.data());
  CHECK(result.intact());
  for (std::size_t i = 0; i < largest.size(); ++i) {
    wrong += !(result[i] == largest[i] || (std::isnan(result[i]) && std::isnan(largest[i])));
  }
  CHECK(wrong == 0);
}

template <ReductionSizes S>
void check() {
  check_reduction<float, S>();
  check_reduction<double, S>();
}

}  // namespace

TEST_CASE("reductions equal plain loops", "[kernels]") {
  check<ReductionSizes{1, 1, 1}>();
  check<ReductionSizes{1, 5, 1}>();
  check<ReductionSizes{1, 4097, 1}>();
  check<ReductionSizes{3, 100003, 1}>();
  check<ReductionSizes{37, 10, 1}>();
  check<ReductionSizes{11, 3, 1}>();
  check<ReductionSizes{19, 64, 1}>();
  check<ReductionSizes{9, 131, 1}>();
  check<ReductionSizes{1, 4, 10}>();
  check<ReductionSizes{1, 1300, 10}>();
  check<ReductionSizes{5, 7, 3}>();
  check<ReductionSizes{2, 3, 401}>();
}
