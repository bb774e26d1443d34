// expect: a minimisation computes in double: tensors in given() are tensors of double
#include <ctnn/minimize.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<float, 3> data{1, 2, 3};
auto minimum = minimize(sum(square(v - x)), ctnn::at(x = 1.0), ctnn::given(v = data), ctnn::BFGS{});
