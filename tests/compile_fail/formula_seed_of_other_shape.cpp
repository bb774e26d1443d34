// expect: the seed of a formula of shape [3] is given as one of shape [2]
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3> vector{};
constexpr ctnn::Tensor<double, 2> seed{};
auto result = ctnn::vjp(exp(v))(ctnn::at(v = vector), seed);
