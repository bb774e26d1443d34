// expect: compiles
#include <ctnn.hpp>

int main() {
  ctnn::Model<ctnn::Linear<10>, ctnn::Shape<2, 2>> model;
  ctnn::Engine engine{model};
  const float numbers[]{1, 2, 3, 4};
  return model({1, 2, 3, 4})[0] > 0 && engine({1, 2, 3, 4})[0] > 0 && engine(numbers)[0] > 0 &&
         engine({})[0] > 0 && engine({{1, 2, 3, 4}})[0] > 0;
}
