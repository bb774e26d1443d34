// expect: layer 2 `fc` (Linear<10>) declares `fc.weight` twice: give one another name
// standard: c++20 c++26
#include <ctnn.hpp>

using Classifier =
    ctnn::Sequential<ctnn::Named<"fc", ctnn::Linear<32>>, ctnn::ReLU, ctnn::Named<"fc", ctnn::Linear<10>>>;

ctnn::Model<Classifier, ctnn::Shape<64>> model;
