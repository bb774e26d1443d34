// expect: the model takes [4], that is 4 numbers, receives 5
#include <ctnn.hpp>

int main() {
  ctnn::Model<ctnn::Linear<10>, ctnn::Shape<4>> model;
  ctnn::Engine engine{model};
  return engine({1, 2, 3, 4, 5})[0] > 0;
}
