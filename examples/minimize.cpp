// Minimisation: of a formula, of a formula of tensors with data, of a curve's squared errors, and of a
// network's loss.
#include <ctnn.hpp>
#include <ctnn/formula_tensors.hpp>
#include <ctnn/losses.hpp>
#include <ctnn/minimize_models.hpp>
#include <iostream>
#include <vector>

namespace {

constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;
constexpr auto valley = square(1 - x) + 100 * square(y - square(x));

constexpr ctnn::Variable<"amplitude"> amplitude;
constexpr ctnn::Variable<"rate"> rate;
constexpr auto decay = amplitude * exp(-rate * x);

void report(const char* what, const ctnn::Minimization& result) {
  std::cout << what << ": " << result.value << ", " << to_string(result.stopped) << " after "
            << result.iterations << " steps and " << result.evaluations.value << " evaluations\n";
}

}  // namespace

int main() {
  // A formula, from a start: its gradient and its Hessian are written by the compiler.
  const auto newton = ctnn::minimize(valley, ctnn::at(x = -1.2, y = 1.0), ctnn::SaddleFreeNewton{});
  const auto bfgs = ctnn::minimize(valley, ctnn::at(x = -1.2, y = 1.0), ctnn::BFGS{},
                                   {.gradient_tolerance = 1e-10, .iterations = 100});
  report("saddle-free Newton", newton);
  report("BFGS", bfgs);
  std::cout << "  at " << bfgs.point[x] << ", " << bfgs.point[y] << '\n';

  // Over a tensor; what is given stays: ridge regression of three values.
  constexpr ctnn::Variable<"A", ctnn::Shape<3, 2>> A;
  constexpr ctnn::Variable<"w", ctnn::Shape<2>> w;
  constexpr ctnn::Variable<"target", ctnn::Shape<3>> target;
  constexpr auto ridge = sum(square(matrix_product(A, w) - target)) + 0.1 * sum(square(w));
  const ctnn::Tensor<double, 3, 2> inputs{1, 0, 1, 1, 1, 2};
  const ctnn::Tensor<double, 3> targets{1, 2, 4};
  const ctnn::Tensor<double, 2> zero{};
  report("ridge", ctnn::minimize(ridge, ctnn::at(w = zero), ctnn::given(A = inputs, target = targets),
                                 ctnn::Newton{}));

  // A curve through points: one residual for each of the arrays' elements.
  const std::vector<double> times{0, 1, 2, 3, 4}, values{2.9, 1.2, 0.35, 0.16, 0.06};
  const auto fit = ctnn::least_squares(y - decay, ctnn::at(amplitude = 1.0, rate = 0.5),
                                       ctnn::given(x = times, y = values));
  report("least squares", fit);
  std::cout << "  " << fit.point[amplitude] << " exp(-" << fit.point[rate] << " x)\n";

  // A network's loss over all samples at once.
  using Layers = ctnn::Sequential<ctnn::Linear<4>, ctnn::Tanh, ctnn::Linear<1>>;
  ctnn::Model<Layers, ctnn::Shape<2>, double> net{ctnn::Seed{1}};
  const std::array<double, 8> corners{0, 0, 0, 1, 1, 0, 1, 1};
  const std::array<double, 4> exclusive_or{0, 1, 1, 0};
  report("exclusive or",
         ctnn::minimize<ctnn::MeanSquaredError, 4>(net, corners, exclusive_or, ctnn::LBFGS<>{}));
}
