// expect: an array is bound in at(): a minimisation starts at a number or tensor for each variable
#include <ctnn/minimize.hpp>

constexpr ctnn::Variable<"x"> x;
double starts[3]{};
auto minimum = minimize(square(x), ctnn::at(x = starts), ctnn::BFGS{});
