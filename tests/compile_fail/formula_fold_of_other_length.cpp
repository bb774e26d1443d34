// expect: goes along axis 0 of tensors of shapes [4] and [3]: they must be equally long there
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
constexpr ctnn::Variable<"w", ctnn::Shape<3>> w;
constexpr ctnn::Tensor<double, 4> vector{};
constexpr ctnn::Tensor<double, 3> other{};
auto sum = fold(
    0, [](auto total, auto x, auto y) { return total + x * y; }, v, w)(v = vector, w = other);
