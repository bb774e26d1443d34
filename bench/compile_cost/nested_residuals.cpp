// budget: g++ 20 s 1200 MB
// budget: clang++ 20 s 1200 MB
#include <ctnn.hpp>
#include <ctnn/train.hpp>

template <int Depth>
struct Nested {
  using type =
      ctnn::Residual<ctnn::Sequential<ctnn::Linear<16>, ctnn::Tanh, typename Nested<Depth - 1>::type>>;
};
template <>
struct Nested<0> {
  using type = ctnn::Linear<16>;
};
using Net = ctnn::Model<Nested<30>::type, ctnn::Shape<16>>;

int main() {
  Net net;
  const ctnn::Tensor<float, 4, 16> batch{};
  return ctnn::value_and_gradient<ctnn::MeanSquaredError, 4>(net, batch, batch).value > 0;
}
