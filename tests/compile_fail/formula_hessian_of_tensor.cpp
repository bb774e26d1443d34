// expect: the Hessian of a formula of shape [3] is not one tensor per pair of variables: take that of a sum
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3> vector{};
auto result = ctnn::hessian(exp(v))(v = vector);
