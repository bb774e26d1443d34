// expect: ctnn: give one index per axis
#include <ctnn.hpp>

float corner(const ctnn::Tensor<float, 3, 32, 32>& image) {
  return image(0, 0);
}
