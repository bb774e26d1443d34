// expect: ctnn: a shape has at most five axes
#include <ctnn/formula_tensors.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
auto reshaped = reshape<1, 1, 1, 1, 2, 2>(v);
