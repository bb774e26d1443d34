// A lecture's derivatives: one formula, differentiated forward, in reverse, twice, and to any order.
#include <ctnn/formula_tensors.hpp>
#include <ctnn/inspect/formula_text.hpp>
#include <iostream>

namespace lecture {

// Two paths lead to x3: as it is, and through the neuron.
constexpr ctnn::Variable<"x3"> x3;
constexpr ctnn::Variable<"x4"> x4;
constexpr ctnn::Variable<"x5"> x5;
constexpr ctnn::Variable<"w3"> w3;
constexpr ctnn::Variable<"w4"> w4;
constexpr auto neuron = sigmoid(w3 * x3 + w4 * x4);
constexpr auto f = (x3 + x5) - neuron;

// A layer of neurons: its Jacobian by the input is a matrix.
constexpr ctnn::Variable<"W", ctnn::Shape<2, 3>> W;
constexpr ctnn::Variable<"x", ctnn::Shape<3>> x;
constexpr auto layer = tanh(matrix_product(W, x));

// Each element with its neighbour: the Jacobian has two diagonals, and two columns' worth of work shows it.
constexpr ctnn::Variable<"u", ctnn::Shape<100>> u;
constexpr auto steps = square(slice<0, 1, 100>(u)) - slice<0, 0, 99>(u);
static_assert(ctnn::jacobian<ctnn::DerivativeMode::forward>(steps).colors == 2);

// Rosenbrock's function: of the Hessian's 10,000 entries three diagonals are not zero, and three products
// show them.
constexpr auto valley =
    sum(100 * square(slice<0, 1, 100>(u) - square(slice<0, 0, 99>(u))) + square(1 - slice<0, 0, 99>(u)));
static_assert(ctnn::hessian(valley).colors == 3);

void show() {
  const auto at = ctnn::at(x3 = 0.7, x4 = 0.4, x5 = 2.0, w3 = 0.3, w4 = -1.1);
  std::cout << "df/dx3 = " << ctnn::to_string(ctnn::derivative(f, x3)) << '\n';

  // Forward mode asks what moving x3 does; reverse mode, what the value owes to each variable.
  const auto moved = ctnn::jvp(f)(at, ctnn::along(x3 = 1.0));
  const auto adjoints = ctnn::vjp(f)(at, 1.0);
  std::cout << "forward " << moved.tangent << ", reverse " << adjoints[x3] << '\n';

  // The numerical gradient agrees.
  const auto value = [](double moving) { return f(x3 = moving, x4 = 0.4, x5 = 2.0, w3 = 0.3, w4 = -1.1); };
  constexpr double h = 1e-4;
  std::cout << "numerical " << (value(0.7 + h) - value(0.7 - h)) / (2 * h) << '\n';

  const ctnn::Tensor<double, 2, 3> weights{0.1, -0.2, 0.3, 0.4, 0.5, -0.6};
  const ctnn::Tensor<double, 3> point{1, 2, 3};
  const auto jacobian = ctnn::jacobian(layer)(W = weights, x = point);
  std::cout << "d layer_1 / d x_2 = " << jacobian[x](1, 2)
            << ", d layer_1 / d W_12 = " << jacobian[W](1, 1, 2) << '\n';

  ctnn::Tensor<double, 100> ones;
  for (double& element : ones) element = 1;
  const auto hessian = ctnn::hessian(valley)(u = ones);
  std::cout << "on the valley's floor: " << hessian(u, u)(0, 0) << ", " << hessian(u, u)(0, 1) << ", "
            << hessian(u, u)(0, 2) << '\n';

  // Along a line, to the fourth order: f, f', f'' / 2!, ...
  const auto coefficients = ctnn::taylor<4>(f)(at, ctnn::along(x3 = 1.0));
  for (double coefficient : coefficients) std::cout << coefficient << ' ';
  std::cout << '\n';
}

}  // namespace lecture

int main() {
  lecture::show();
}
