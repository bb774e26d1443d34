// expect: has no axis 1 in a tensor of shape [4]
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
constexpr ctnn::Tensor<double, 4> vector{};
auto sum = fold<1>(
    0 * v, [](auto total, auto x) { return total + x; }, v)(v = vector);
