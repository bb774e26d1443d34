// expect: ctnn: a derivative is by a variable: derivative(f, x)
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
auto slope = ctnn::derivative(sin(x * y), x* y);
