// expect: a derivative is by a variable, and is asked for by a formula of variables
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
auto slope = ctnn::gradient(sin(x * y), x, x* y)(x = 1.0, y = 2.0);
