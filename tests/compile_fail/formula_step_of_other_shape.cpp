// expect: makes a state of shape [4] of one of shape []: a step keeps the shapes of its states
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
constexpr ctnn::Tensor<double, 4> vector{};
auto last = iterate<3>(x, [](auto y) { return y + v; })(x = 2.0, v = vector);
