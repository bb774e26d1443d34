// expect: the Hessian of a formula of tensors comes with <ctnn/formula_tensors.hpp>
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3> vector{};
auto result = ctnn::hessian(sum(exp(v)))(v = vector);
