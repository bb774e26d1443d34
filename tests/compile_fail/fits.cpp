// expect: compiles
#include <ctnn.hpp>

using LeNet = ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Conv2d<16, 5>,
                               ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten, ctnn::Linear<10>>;

static_assert(ctnn::fits<LeNet, ctnn::Shape<3, 32, 32>>);
static_assert(!ctnn::fits<LeNet, ctnn::Shape<3, 12, 12>>);
static_assert(!ctnn::fits<LeNet, ctnn::Shape<784>>);
static_assert(
    !ctnn::fits<ctnn::Sequential<LeNet, ctnn::Linear<10, ctnn::Inputs<12>>>, ctnn::Shape<3, 32, 32>>);
