// expect: cannot take the dot product of [2, 3] and [3]
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"m", ctnn::Shape<2, 3>> m;
constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr double total = dot(m, v)(m = ctnn::Tensor<double, 2, 3>{}, v = ctnn::Tensor<double, 3>{});
