// expect: the derivative by y is asked for, but y is not a variable of the formula: its variables are x
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
constexpr double slope = ctnn::jvp(x * x)(ctnn::at(x = 1.0), ctnn::along(y = 1.0)).tangent;
