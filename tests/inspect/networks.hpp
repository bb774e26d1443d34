#pragma once
#include <ctnn.hpp>

/// PyTorch's tutorial network for CIFAR-10.
using Tutorial = ctnn::Model<
    ctnn::Sequential<ctnn::Named<"conv1", ctnn::Conv2d<6, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>,
                     ctnn::Named<"conv2", ctnn::Conv2d<16, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten,
                     ctnn::Named<"fc1", ctnn::Linear<120>>, ctnn::ReLU, ctnn::Named<"fc2", ctnn::Linear<84>>,
                     ctnn::ReLU, ctnn::Named<"fc3", ctnn::Linear<10>>>,
    ctnn::Shape<3, 32, 32>>;

/// Containers inside a container.
using Nested = ctnn::Model<
    ctnn::Sequential<ctnn::Residual<ctnn::Sequential<ctnn::Conv2d<3, 3, ctnn::Padding<1>>, ctnn::ReLU>>,
                     ctnn::Named<"tail", ctnn::Sequential<ctnn::Flatten, ctnn::Linear<10>>>>,
    ctnn::Shape<3, 8, 8>>;
