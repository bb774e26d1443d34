// expect: the Jacobian of a formula of shape [2, 2, 2] by a variable of shape [2, 2, 2]
// expect: has more than five axes
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<2, 2, 2>> v;
constexpr ctnn::Tensor<double, 2, 2, 2> tensor{};
auto result = ctnn::jacobian(exp(v))(v = tensor);
