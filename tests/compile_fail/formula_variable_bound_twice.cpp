// expect: the variable x1 is bound more than once
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x1"> x1;
double value = exp(x1)(x1 = 2.0, x1 = 1.0);
