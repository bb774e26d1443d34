// expect: the derivative by x is asked for more than once
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
auto slope = ctnn::value_and_gradient(sin(x * y), x, y, x)(x = 1.0, y = 2.0);
