// expect: cannot take the elements 1 to 4 along axis 0 of a tensor of shape [3]
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 3> vector{};
auto part = slice<0, 1, 4>(v)(v = vector);
