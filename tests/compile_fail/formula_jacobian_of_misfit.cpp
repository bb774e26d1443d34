// expect: cannot multiply [2, 3] by [4]: the inner extents must be equal
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"W", ctnn::Shape<2, 3>> W;
constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
auto result = ctnn::jacobian(matrix_product(W, v));
