// expect: ctnn: a step returns as many states as it takes
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"x"> x;
auto states = iterate<3>(std::tuple(x, 1), [](auto a, auto b) { return a + b; });
