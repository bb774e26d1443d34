// expect: the derivative by y is asked for, but y is not a variable of the formula: its variables are x1
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"y"> y;
double value = ctnn::value_and_gradient(exp(x1), y)(x1 = 2.0).value;
