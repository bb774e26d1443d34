#include <cmath>

#include <catch2/catch.hpp>
#include <ctnn/kernels/pooling.hpp>

#include "guarded.hpp"

using ctnn::Pair;
using ctnn::PoolingSizes;
using ctnn::Window;

namespace {

template <class T>
bool same(T x, T y) {
  return x == y || (std::isnan(x) && std::isnan(y));
}

/// Calls visit(output index, input index) for each position of each window that lies within the image.
template <class Visit>
void for_each_position(PoolingSizes s, Visit visit) {
  const Pair output = s.output();
  for (std::size_t o = 0; o < s.planes * output.height * output.width; ++o) {
    const std::size_t plane = o / (output.height * output.width);
    for (std::size_t k = 0; k < s.window.area(); ++k) {
      const std::size_t y = o / output.width % output.height * s.window.stride.height +
                            k / s.window.kernel.width * s.window.dilation.height - s.window.padding.height;
      const std::size_t x = o % output.width * s.window.stride.width +
                            k % s.window.kernel.width * s.window.dilation.width - s.window.padding.width;
      if (y < s.image.height && x < s.image.width) {
        visit(o, (plane * s.image.height + y) * s.image.width + x);
      }
    }
  }
}

template <class T, PoolingSizes S>
void check_pooling() {
  INFO(S.planes << " x " << S.image.height << " x " << S.image.width << ", kernel " << S.window.kernel.height
                << " x " << S.window.kernel.width << ", " << sizeof(T) << " bytes");
  constexpr std::size_t pixels = S.image.height * S.image.width;
  constexpr std::size_t outputs = S.planes * S.output().height * S.output().width;
  auto input = ctnn::test::noise<T>(S.planes * pixels, 1);
  // Ties, and here and there a NaN.
  for (std::size_t i = 0; i < input.size(); ++i) {
    input[i] = std::round(input[i] * 4);
    if (i % 31 == 17) input[i] = std::numeric_limits<T>::quiet_NaN();
  }
  std::vector<T> largest(outputs, -std::numeric_limits<T>::infinity());
  constexpr auto nowhere = static_cast<std::size_t>(-1);
  std::vector<std::size_t> place(outputs, nowhere);
  for_each_position(S, [&](std::size_t to, std::size_t from) {
    if (place[to] == nowhere || input[from] > largest[to] || std::isnan(input[from])) {
      largest[to] = input[from];
      place[to] = from;
    }
    // The value stays NaN; place follows PyTorch, where a later number is not larger than a NaN.
  });
  const auto numbers = ctnn::test::noise<T>(S.planes * pixels, 2),
             upstream = ctnn::test::noise<T>(outputs, 3);
  const double allowed = ctnn::test::tolerance<T>(S.window.area());
  ctnn::test::Guarded<T> result(outputs), picked(outputs), spread(numbers.size());
  ctnn::kernels::max_pool<T, S>(input.data(), result.data());
  ctnn::kernels::max_pool_tangent<T, S>(input.data(), numbers.data(), picked.data());
  ctnn::kernels::max_pool_adjoint<T, S>(input.data(), upstream.data(), spread.data());
  CHECK(result.intact());
  CHECK(picked.intact());
  CHECK(spread.intact());
  std::size_t wrong = 0, misplaced = 0, missing = 0;
  std::vector<double> sums(numbers.size());
  for (std::size_t i = 0; i < outputs; ++i) {
    wrong += !same(result[i], largest[i]);
    misplaced += picked[i] != numbers[place[i]];
    sums[place[i]] += static_cast<double>(upstream[i]);
  }
  for (std::size_t i = 0; i < numbers.size(); ++i)
    missing += !(std::abs(static_cast<double>(spread[i]) - sums[i]) <= allowed);
  CHECK(wrong == 0);
  CHECK(misplaced == 0);
  CHECK(missing == 0);

  std::vector<double> mean(outputs), gradient(numbers.size());
  const auto area = static_cast<double>(S.window.area());
  for_each_position(S, [&](std::size_t to, std::size_t from) {
    mean[to] += static_cast<double>(numbers[from]) / area;
    gradient[from] += static_cast<double>(upstream[to]) / area;
  });
  ctnn::kernels::average_pool<T, S>(numbers.data(), result.data());
  ctnn::kernels::average_pool_adjoint<T, S>(upstream.data(), spread.data());
  CHECK(result.intact());
  CHECK(spread.intact());
  wrong = 0;
  for (std::size_t i = 0; i < outputs; ++i) {
    wrong += !(std::abs(static_cast<double>(result[i]) - mean[i]) <= allowed);
  }
  CHECK(wrong == 0);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    wrong += !(std::abs(static_cast<double>(spread[i]) - gradient[i]) <= allowed);
  }
  CHECK(wrong == 0);
}

template <PoolingSizes S>
void check() {
  check_pooling<float, S>();
  check_pooling<double, S>();
}

}  // namespace

TEST_CASE("pooling equals plain loops", "[kernels]") {
  check<PoolingSizes{6, {28, 28}, Window{{2, 2}, {2, 2}}}>();
  check<PoolingSizes{16, {10, 10}, Window{{2, 2}, {2, 2}}}>();
  check<PoolingSizes{3, {7, 9}, Window{{2, 2}, {2, 2}}}>();
  check<PoolingSizes{1, {2, 3}, Window{{2, 2}, {2, 2}}}>();
  check<PoolingSizes{2, {5, 67}, Window{{2, 2}, {2, 2}}}>();
  check<PoolingSizes{2, {9, 37}, Window{{3, 3}, {2, 2}, {1, 1}}}>();
  check<PoolingSizes{2, {6, 8}, Window{{3, 2}, {1, 1}, {1, 1}}}>();
  check<PoolingSizes{1, {11, 13}, Window{{2, 3}, {3, 1}, {0, 1}, {3, 2}}}>();
  check<PoolingSizes{2, {3, 1100}, Window{{2, 5}, {1, 3}, {1, 2}}}>();
  check<PoolingSizes{4, {5, 5}, Window{{5, 5}, {5, 5}}}>();
  check<PoolingSizes{2, {7, 9}, Window{{2, 3}, {2, 3}}}>();
}
