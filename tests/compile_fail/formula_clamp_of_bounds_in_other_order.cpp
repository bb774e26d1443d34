// expect: clamp_takes_the_lower_bound_first
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr auto f = clamp(x, 3, 1);
