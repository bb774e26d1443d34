// expect: the model takes a Tensor [4], receives std::vector<
#include <ctnn.hpp>

#include <vector>

int main() {
  ctnn::Model<ctnn::Linear<10>, ctnn::Shape<4>> model;
  const std::vector<float> sample{1, 2, 3, 4};
  return model(sample)[0] > 0;
}
