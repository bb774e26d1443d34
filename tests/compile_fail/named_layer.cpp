// expect: layer 1 `fc` (Linear<10>) expects [features], receives [6, 24, 24]: put Flatten before it
#include <ctnn.hpp>

using Classifier =
    ctnn::Sequential<ctnn::Named<"conv", ctnn::Conv2d<6, 5>>, ctnn::Named<"fc", ctnn::Linear<10>>>;

ctnn::Model<Classifier, ctnn::Shape<1, 28, 28>> model;
