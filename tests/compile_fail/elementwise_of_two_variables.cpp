// expect: Elementwise
// expect: takes a formula of one variable; those of this one are x, y
#include <ctnn.hpp>
#include <ctnn/layers_formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
ctnn::Model<ctnn::Elementwise<x * y>, ctnn::Shape<3>> net;
