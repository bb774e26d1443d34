#include <catch2/catch.hpp>

#include "../../examples/cumulative_sum.hpp"
#include "../../examples/normal_distribution.hpp"
#include "laws/law.hpp"

using namespace ctnn;
using test::Case;

namespace {

using Values = std::span<const Value>;

constexpr Case normal_distribution(own::normal_distribution, {{{3, 7}, -3, 3}},
                                   [](Values x) { return own::phi(x[0]); });
constexpr Case forward(own::cumulative_sum_primitive, {{{6, 5}}},
                       [](Values x) { return own::cumulative_sum(x[0] * x[0]); });
constexpr Case backward(own::cumulative_sum_primitive, {{{2, 3, 9}}},
                        [](Values x) { return own::cumulative_sum(x[0], own::Direction::backward); });

}  // namespace

TEST_CASE("laws of primitives in the documentation", "[docs]") {
  test::check<normal_distribution, forward, backward>();
}
