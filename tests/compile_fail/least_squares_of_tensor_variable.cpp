// expect: with arrays in given(), least_squares fits variables that are numbers
#include <ctnn/minimize.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
double points[4]{};
constexpr ctnn::Tensor<double, 3> start{1, 2, 3};
auto fit = least_squares(sum(v) - x, ctnn::at(v = start), ctnn::given(x = points));
