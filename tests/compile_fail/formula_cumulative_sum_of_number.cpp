// expect: has no axis 0 in a tensor of shape []
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"x"> x;
double sums = cumulative_sum(x)(x = 2.0);
