// expect: is clamped to a lower bound above the upper one
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x"> x;
auto number = clamp(x, ctnn::literal<3>, ctnn::literal<1>)(x = 2.0);
