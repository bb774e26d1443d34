// expect: the step does not take the 1 arguments that it is called with: states (1), then parts of tensors
// (0)
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"x"> x;
auto last = iterate<3>(x, [](auto y, auto z) { return y + z; });
