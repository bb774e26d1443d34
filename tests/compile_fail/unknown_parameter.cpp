// expect: no parameter `conv.weight`: there is conv1.weight, conv1.bias, fc.weight, fc.bias
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::Named<"conv1", ctnn::Conv2d<6, 5>>, ctnn::ReLU, ctnn::Flatten,
                                    ctnn::Named<"fc", ctnn::Linear<10>>>;

int main() {
  ctnn::Model<Classifier, ctnn::Shape<1, 28, 28>> model;
  model.parameter<"conv.weight">()(0, 0, 0, 0) = 1;
}
