// expect: the model takes elements of float, receives double
#include <ctnn.hpp>

int main() {
  ctnn::Model<ctnn::Linear<10>, ctnn::Shape<4>> model;
  const ctnn::Tensor<double, 4> sample{1, 2, 3, 4};
  return model(sample)[0] > 0;
}
