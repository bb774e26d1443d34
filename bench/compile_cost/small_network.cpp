// A network of 2, 4 and 1 units with its gradient, worked out by the compiler.
// budget: g++ 2.5 s 250 MB
// budget: clang++ 2.5 s 250 MB
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x", ctnn::Shape<2>> x;
constexpr ctnn::Variable<"W", ctnn::Shape<2, 4>> w;
constexpr ctnn::Variable<"b", ctnn::Shape<4>> b;
constexpr ctnn::Variable<"v", ctnn::Shape<4>> v;
constexpr ctnn::Variable<"c"> c;

constexpr auto logit = dot(v, tanh(matrix_product(x, w) + b)) + c;
constexpr auto result = ctnn::value_and_gradient(softplus(logit), w, b, v, c)(
    x = ctnn::Tensor<double, 2>{0, 1}, w = ctnn::Tensor<double, 2, 4>{1, 2, 3, 4, -5, 6, 7, 8},
    b = ctnn::Tensor<double, 4>{1, 2, 3, 4}, v = ctnn::Tensor<double, 4>{1, -1, 1, -1}, c = 0.5);

int main() {
  return result.value + result.gradient[c] > 0;
}
