// expect: layer 1 (Linear<10>) expects [features], receives [6, 24, 24]: put Flatten before it
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::Linear<10>>;

static ctnn::Packed<ctnn::Model<Classifier, ctnn::Shape<1, 28, 28>>> weights;
