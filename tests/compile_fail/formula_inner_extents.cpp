// expect: cannot multiply [3, 4] by [3]: the inner extents must be equal
// standard: c++20 c++26
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3, 4> matrix{};
constexpr ctnn::Tensor<double, 3> vector{};
auto product = matrix_product(W, v)(W = matrix, v = vector);
