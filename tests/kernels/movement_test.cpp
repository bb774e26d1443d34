#include <catch2/catch.hpp>
#include <ctnn/kernels/movement.hpp>

#include "guarded.hpp"

using ctnn::GatherSizes;
using ctnn::Permutation;

namespace {

template <class T, Permutation P>
void check_transpose() {
  std::size_t count = 1;
  for (std::size_t i = 0; i < P.rank; ++i) count *= P.extents[i];
  const auto input = ctnn::test::noise<T>(count, 1);
  ctnn::test::Guarded<T> result(count);
  ctnn::kernels::transpose<T, P>(input.data(), result.data());
  CHECK(result.intact());
  std::size_t wrong = 0;
  for (std::size_t to = 0; to < count; ++to) {
    std::size_t place[6] = {}, rest = to, from = 0;
    for (std::size_t i = P.rank; i-- > 0;) {
      place[P.axes[i]] = rest % P.extents[P.axes[i]];
      rest /= P.extents[P.axes[i]];
    }
    for (std::size_t i = 0; i < P.rank; ++i) from = from * P.extents[i] + place[i];
    wrong += result[to] != input[from];
  }
  INFO("rank " << P.rank << ", " << count << " elements of " << sizeof(T) << " bytes");
  CHECK(wrong == 0);
}

template <Permutation P>
void check() {
  check_transpose<float, P>();
  check_transpose<double, P>();
  check_transpose<std::int32_t, P>();
}

template <class T, GatherSizes S>
void check_gather() {
  const auto input = ctnn::test::noise<T>(S.outer * S.axis * S.inner, 1);
  const auto upstream = ctnn::test::noise<T>(S.outer * S.picked * S.inner, 2);
  std::vector<std::int32_t> index(upstream.size());
  for (std::size_t i = 0; i < index.size(); ++i) index[i] = static_cast<std::int32_t>(i * 7 % S.axis);
  ctnn::test::Guarded<T> picked(upstream.size()), added(input.size());
  ctnn::kernels::gather<T, S>(input.data(), index.data(), picked.data());
  ctnn::kernels::scatter_add<T, S>(upstream.data(), index.data(), added.data());
  CHECK(picked.intact());
  CHECK(added.intact());
  std::vector<T> expected(input.size());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < index.size(); ++i) {
    const std::size_t outer = i / (S.picked * S.inner);
    const std::size_t from = (outer * S.axis + static_cast<std::size_t>(index[i])) * S.inner + i % S.inner;
    wrong += picked[i] != input[from];
    expected[from] += upstream[i];
  }
  for (std::size_t i = 0; i < expected.size(); ++i) wrong += added[i] != expected[i];
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("transposition moves each element to its place", "[kernels]") {
  check<Permutation{2, {1, 1}, {1, 0}}>();
  check<Permutation{2, {37, 53}, {1, 0}}>();
  check<Permutation{2, {64, 128}, {1, 0}}>();
  check<Permutation{2, {3, 5}, {0, 1}}>();
  check<Permutation{3, {3, 5, 7}, {2, 1, 0}}>();
  check<Permutation{3, {3, 1, 7}, {1, 2, 0}}>();
  check<Permutation{4, {2, 3, 9, 11}, {0, 2, 3, 1}}>();
  check<Permutation{4, {2, 9, 11, 3}, {0, 3, 1, 2}}>();
  check<Permutation{4, {4, 3, 5, 8}, {0, 2, 1, 3}}>();
  check<Permutation{6, {2, 3, 2, 4, 3, 5}, {5, 0, 3, 1, 4, 2}}>();
}

TEST_CASE("gather picks along an axis and scatter_add is its adjoint", "[kernels]") {
  check_gather<float, GatherSizes{3, 7, 4, 5}>();
  check_gather<double, GatherSizes{2, 9, 20, 1}>();
  check_gather<float, GatherSizes{6, 784, 196, 1}>();
}
