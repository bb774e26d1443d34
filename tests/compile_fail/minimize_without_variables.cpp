// expect: at() binds no variable: there is nothing to minimise over
#include <ctnn/minimize.hpp>

constexpr ctnn::Variable<"x"> x;
auto minimum = minimize(square(x), ctnn::at(), ctnn::given(x = 1.0), ctnn::BFGS{});
