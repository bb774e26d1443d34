// expect: the variable x2 is not bound: add x2 = ... to the call
// standard: c++20 c++26
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"x2"> x2;
double value = (x1 * x2)(x1 = 2.0);
