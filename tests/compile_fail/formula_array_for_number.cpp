// expect: an array is bound to a number: ctnn::map(f) computes one value for each element
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
double values[3]{};
auto result = exp(x)(x = values);
