// expect: the step does not take the 2 arguments that it is called with: states (1), then parts of tensors
// (1)
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
auto total = fold(
    0, [](auto sum) { return 2 * sum; }, v);
