// A step of a formula, repeated: a pendulum's swing, and what its end says of the pendulum.
#include <cmath>
#include <ctnn/formula_tensors.hpp>
#include <iostream>

constexpr ctnn::Variable<"angle"> angle;
constexpr ctnn::Variable<"h"> h;  // seconds per step
constexpr ctnn::Variable<"k"> k;  // gravity by length
constexpr ctnn::Variable<"resting"> resting;

// Two states, by Euler's method; speed first, so that energy is kept. The step is compiled once.
constexpr auto swing = iterate<2000>(std::tuple(angle, resting), [](auto at, auto speed) {
  const auto faster = speed - h * k * sin(at);
  return std::tuple(at + h * faster, faster);
});
constexpr auto end = std::get<0>(swing);
constexpr auto by_k = ctnn::derivative(end, k);  // a formula: a loop over the step's derivative

// Newton's method, where the step differentiates; the compiler runs it.
constexpr ctnn::Variable<"area"> area;
constexpr auto square_root = iterate<6>(area, [](auto y) {
  const auto error = y * y - area;
  return y - error / ctnn::derivative(error, y);
});
static_assert(square_root(area = 4.0) == 2);

int main() {
  const double first = 0.5, seconds = 0.001, wanted = 9.81 / 0.4;
  const double measured = end(angle = first, h = seconds, k = wanted, resting = 0.0);
  std::cout << "after two seconds the pendulum is at " << measured << '\n';

  // From where it ends to how long it is.
  double guess = 25;
  for (int i = 0; i < 8; ++i)
    guess -= (end(angle = first, h = seconds, k = guess, resting = 0.0) - measured) /
             by_k(angle = first, h = seconds, k = guess, resting = 0.0);
  std::cout << "its length is " << 9.81 / guess << " m\n";
  return std::abs(guess - wanted) < 1e-9 ? 0 : 1;
}
