// expect: combines [3, 4] with [3]: an axis must be equal in both, or 1
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3, 4> matrix{};
constexpr ctnn::Tensor<double, 3> vector{};
auto scaled = (W * v)(W = matrix, v = vector);
