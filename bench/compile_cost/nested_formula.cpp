// A formula whose tree has a billion leaves, as each step holds the one before three times.
// budget: g++ 1 s 350 MB
// budget: clang++ 1 s 250 MB
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"y"> y;

template <int Steps>
constexpr auto nested(auto x) {
  if constexpr (Steps == 0)
    return x;
  else
    return nested<Steps - 1>(x * x + sin(x));
}

int main(int count, char**) {
  const auto [value, gradient] = ctnn::value_and_gradient(nested<30>(y))(y = 0.01 * count);
  return value + gradient[y] > 0;
}
