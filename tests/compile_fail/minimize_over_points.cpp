// expect: an array is given to minimize, whose formula is one number: least_squares takes arrays
#include <ctnn/minimize.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"a"> a;
double points[3]{};
auto minimum = minimize(square(a - x), ctnn::at(a = 1.0), ctnn::given(x = points), ctnn::BFGS{});
