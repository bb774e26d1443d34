// expect: Newton's methods need an objective with hessian(x, result): BFGS does without
#include <ctnn/minimize.hpp>

struct Bowl {
  static std::size_t dimension() { return 1; }
  static double value_and_gradient(std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 2 * x[0];
    return x[0] * x[0];
  }
};
auto minimum = ctnn::minimize(Bowl{}, {1.0}, ctnn::Newton{});
