// A formula is a type: the compiler evaluates it, and writes its derivatives.
#include <ctnn/formula.hpp>
#include <ctnn/inspect/formula_text.hpp>
#include <iostream>

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"x2"> x2;
constexpr auto f = log(x1) + x1 * x2 - sin(x2);
constexpr auto slope = ctnn::derivative(f, x1);  // a formula again

static_assert(slope(x1 = 2.0, x2 = 5.0) == 5.5);

int main() {
  std::cout << "f = " << ctnn::to_string(f) << "\ndf/dx1 = " << ctnn::to_string(slope) << '\n';

  // Reverse mode: the value and the gradient by every variable, in one pass.
  const auto [value, gradient] = ctnn::value_and_gradient(f)(x1 = 2.0, x2 = 5.0);
  std::cout << "f(2, 5) = " << value << ", gradient " << gradient[x1] << ", " << gradient[x2] << '\n';

  // Forward mode: the derivative along a direction; and the Hessian times a direction.
  const auto along_x1 = ctnn::jvp(f)(ctnn::at(x1 = 2.0, x2 = 5.0), ctnn::along(x1 = 1.0));
  const auto product = ctnn::hvp(f)(ctnn::at(x1 = 2.0, x2 = 5.0), ctnn::along(x1 = 1.0));
  std::cout << "along x1 " << along_x1.tangent << ", Hessian times x1 " << product[x1] << ", " << product[x2]
            << '\n';
}
