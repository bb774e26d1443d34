// A formula of numbers and its gradient: no SIMD library is included.
// budget: g++ 1 s 250 MB
// budget: clang++ 1 s 250 MB
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x1"> x1;
constexpr ctnn::Variable<"x2"> x2;

int main(int count, char**) {
  const auto [value, gradient] = ctnn::value_and_gradient(log(x1) + x1 * x2 - sin(x2))(x1 = 2.0, x2 = count);
  return value + gradient[x1] + gradient[x2] > 0;
}
