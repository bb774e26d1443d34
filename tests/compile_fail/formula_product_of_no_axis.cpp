// expect: has no axis 2 in a tensor of shape [3, 4]
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
constexpr ctnn::Tensor<double, 3, 4> matrix{};
auto products = prod<2>(W)(W = matrix);
