// expect: the gradient of a formula of shape [3] is not one tensor per variable: take that of a sum
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3> vector{};
auto result = ctnn::gradient(exp(v))(v = vector);
