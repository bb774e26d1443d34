// expect: two variables of the formula are called x: a name has one shape
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"x", ctnn::Shape<3>> xs;
constexpr double total = sum(x * xs)(x = 1.0, xs = ctnn::Tensor<double, 3>{});
