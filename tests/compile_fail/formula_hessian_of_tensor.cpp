// expect: the Hessian by a variable of shape [3] is no matrix of numbers: use hvp
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3> vector{};
auto result = ctnn::hessian(sum(exp(v)))(v = vector);
