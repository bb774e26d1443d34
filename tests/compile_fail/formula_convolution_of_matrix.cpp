// expect: convolves vectors, receives [3, 4] and [3]
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"W", ctnn::Shape<3, 4>> W;
constexpr ctnn::Variable<"k", ctnn::Shape<3>> k;
constexpr ctnn::Tensor<double, 3, 4> matrix{};
constexpr ctnn::Tensor<double, 3> kernel{};
auto sums = convolve(W, k)(W = matrix, k = kernel);
