#include <cmath>

#include <catch2/catch.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/kernels/program.hpp>
#include <ctnn/ops.hpp>

#include "guarded.hpp"

using namespace ctnn;

namespace {

/// The sum of log(x · y) over the last axes, and over the same elements that of x; `Columns` elements to one.
template <std::size_t Rows, std::size_t Columns>
struct Totals {
  static constexpr auto graph = freeze_graph([] {
    GraphBuilder builder;
    const Value x = input(builder, {Rows, Columns}, {block::input, 0});
    const Value y = input(builder, {Rows, 1}, {block::target, 0});
    const Value scaled = x * y;
    builder.output(sum(log(scaled), 1, 2), {block::output, 0});
    builder.output(sum(scaled, 1, 2), {block::losses, 0});
    return remove_dead(builder.graph().view());
  });
};

template <class T, std::size_t Rows, std::size_t Columns>
void check_type() {
  INFO(Rows << " sums of " << Columns << " elements of " << sizeof(T) << " bytes");
  using P = Program<Totals<Rows, Columns>, T>;
  static_assert(P::schedule.steps.size() == 1 && P::schedule.steps[0].totals == 2);
  std::vector<T> x = test::noise<T>(Rows * Columns, 1), y = test::noise<T>(Rows, 2);
  for (T& element : x) element = element * element + T(0.5);
  for (T& element : y) element = element * element + T(0.5);
  test::Guarded<T> logarithms(Rows), sums(Rows);
  alignas(alignment) static std::byte arena[P::workspace_bytes];
  Blocks blocks;
  blocks.bind(block::arena, arena);
  blocks.bind(block::input, x.data());
  blocks.bind(block::target, y.data());
  blocks.bind(block::output, logarithms.data());
  blocks.bind(block::losses, sums.data());
  P::run(blocks);

  CHECK(logarithms.intact());
  CHECK(sums.intact());
  // Blocks and chains bound the error far below that of one running sum.
  const double allowed = test::tolerance<T>(std::min<std::size_t>(Columns, 600));
  std::size_t wrong = 0;
  for (std::size_t row = 0; row < Rows; ++row) {
    double logarithm = 0, sum = 0;
    for (std::size_t i = 0; i < Columns; ++i) {
      const T scaled = x[row * Columns + i] * y[row];
      logarithm += std::log(static_cast<double>(scaled));
      sum += static_cast<double>(scaled);
    }
    const auto differs = [&](T result, double expected) {
      return !(std::abs(static_cast<double>(result) - expected) <= allowed * (1 + sum));
    };
    wrong += differs(logarithms[row], logarithm) + differs(sums[row], sum);
  }
  CHECK(wrong == 0);
}

template <std::size_t Rows, std::size_t Columns>
void check() {
  check_type<float, Rows, Columns>();
  check_type<double, Rows, Columns>();
}

}  // namespace

TEST_CASE("a loop's totals equal plain sums", "[kernels]") {
  check<1, 2>();
  check<1, 7>();
  check<1, 16>();
  check<1, 4097>();
  check<2, 100003>();
  check<37, 10>();
  check<5, 77>();
}
