// expect: MinimizationMethod
#include <ctnn/minimize.hpp>
#include <ctnn/optimizers.hpp>

constexpr ctnn::Variable<"x"> x;
auto minimum = minimize(square(x), ctnn::at(x = 1.0), ctnn::SGD{});
