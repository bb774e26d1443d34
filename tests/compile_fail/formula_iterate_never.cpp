// expect: ctnn: a step is repeated at least once
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"x"> x;
auto last = iterate<0>(x, [](auto y) { return sin(y); });
