#pragma once
#include <ctnn.hpp>

namespace bench {

/// The network of PyTorch's CIFAR-10 tutorial.
using Tutorial =
    ctnn::Model<ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Conv2d<16, 5>,
                                 ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten, ctnn::Linear<120>, ctnn::ReLU,
                                 ctnn::Linear<84>, ctnn::ReLU, ctnn::Linear<10>>,
                ctnn::Shape<3, 32, 32>>;
/// A perceptron for images of digits.
using Digits = ctnn::Model<
    ctnn::Sequential<ctnn::Linear<128>, ctnn::ReLU, ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<10>>,
    ctnn::Shape<784>>;

}  // namespace bench
