// expect: layer 2 (Linear<10>) expects [features], receives [6, 24, 24]: put Flatten before it
#include <ctnn.hpp>

constexpr auto features = ctnn::conv2d<6, 5>;
constexpr auto classifier = features >> ctnn::relu >> ctnn::linear<10>;

ctnn::Model<decltype(classifier), ctnn::Shape<1, 28, 28>> model;
