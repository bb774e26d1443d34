// expect: Swish is not a layer: it needs `static constexpr Value lower(Builder&, Value)`
// standard: c++20 c++26
#include <ctnn.hpp>

struct Swish {
  static float value(float x);
};

int main() {
  ctnn::Model<Swish, ctnn::Shape<4>> model;
  return model(ctnn::Tensor<float, 4>{1, 2, 3, 4})[0] > 0;
}
