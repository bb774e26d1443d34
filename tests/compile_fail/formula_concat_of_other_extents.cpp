// expect: cannot join [2, 3] to [3, 4] along axis 0
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"A", ctnn::Shape<3, 4>> A;
constexpr ctnn::Variable<"B", ctnn::Shape<2, 3>> B;
constexpr ctnn::Tensor<double, 3, 4> a{};
constexpr ctnn::Tensor<double, 2, 3> b{};
auto joined = concat<0>(A, B)(A = a, B = b);
