// expect: the variable v, of shape [3], is bound to a tensor of shape [4]
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
constexpr ctnn::Tensor<double, 4> four{};
constexpr double total = sum(v)(v = four);
