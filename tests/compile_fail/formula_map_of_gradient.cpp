// expect: ctnn: map takes a formula f, or value_and_gradient(f)
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"x"> x;
auto slopes = ctnn::map(ctnn::gradient(sin(x)));
