// expect: combines [4] with [3]: an axis must be equal in both, or 1
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
constexpr ctnn::Variable<"w", ctnn::Shape<3>> w;
constexpr ctnn::Tensor<double, 4> vector{};
constexpr ctnn::Tensor<double, 3> other{};
auto last = iterate<3>(v, [](auto y) { return y + w; })(v = vector, w = other);
