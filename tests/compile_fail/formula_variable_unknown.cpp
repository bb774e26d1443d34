// expect: y is bound, but is not a variable of the formula: its variables are x1
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"y"> y;
double value = exp(x1)(x1 = 2.0, y = 1.0);
