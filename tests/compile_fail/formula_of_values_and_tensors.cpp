// expect: Scale binds elements where a graph is built: bind a value
#include <ctnn.hpp>
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y", ctnn::Shape<2>> y;
constexpr ctnn::Tensor<double, 2> two{1, 2};
struct Scale {
  static constexpr auto scale = x * y;
  static constexpr ctnn::Value lower(ctnn::Builder&, ctnn::Value input) { return scale(x = input, y = two); }
};
ctnn::Model<Scale, ctnn::Shape<3>> net;
