// expect: the gradient of a formula of shape [3] is not one tensor per variable: take that of a sum
#include <ctnn/minimize.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3> start{1, 2, 3};
auto minimum = minimize(square(v), ctnn::at(v = start), ctnn::BFGS{});
