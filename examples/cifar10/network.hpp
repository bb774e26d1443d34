#pragma once
#include <ctnn.hpp>

using LeNet =
    ctnn::Sequential<ctnn::Named<"conv1", ctnn::Conv2d<6, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>,
                     ctnn::Named<"conv2", ctnn::Conv2d<16, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten,
                     ctnn::Named<"fc1", ctnn::Linear<120>>, ctnn::ReLU, ctnn::Named<"fc2", ctnn::Linear<84>>,
                     ctnn::ReLU, ctnn::Named<"fc3", ctnn::Linear<10>>>;
using Net = ctnn::Model<LeNet, ctnn::Shape<3, 32, 32>>;
static_assert(Net::parameter_count == 62'006);
