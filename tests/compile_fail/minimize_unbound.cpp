// expect: the variable y is not bound: add y = ... to the call
#include <ctnn/minimize.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
auto minimum = minimize(square(x - y), ctnn::at(x = 1.0), ctnn::BFGS{});
