#pragma once
#include <ctnn/initializers/he.hpp>
#include <ctnn/layers/activations.hpp>
#include <ctnn/layers/batch_norm.hpp>
#include <ctnn/layers/branches.hpp>
#include <ctnn/layers/conv2d.hpp>
#include <ctnn/layers/flatten.hpp>
#include <ctnn/layers/linear.hpp>
#include <ctnn/layers/pool2d.hpp>

namespace ctnn {

/// Two normalised 3 x 3 convolutions, the first of which has stride Step, and a shortcut around them that is
/// a normalised 1 x 1 convolution where the shape changes. Parameters are named as in torchvision's
/// BasicBlock. (He, Zhang, Ren and Sun, CVPR 2016.)
template <std::size_t Channels, std::size_t Step = 1>
struct BasicBlock {
  template <auto Kernel, class... Options>
  using Convolution = Conv2d<Channels, Kernel, Bias<false>, Initialize<he_normal_fan_out>, Options...>;
  using Branch = Sequential<Named<"conv1", Convolution<3, Stride<Step>, Padding<1>>>,
                            Named<"bn1", BatchNorm2d<>>, ReLU,  //
                            Named<"conv2", Convolution<3, Padding<1>>>, Named<"bn2", BatchNorm2d<>>>;
  using Shortcut = Sequential<Convolution<1, Stride<Step>>, BatchNorm2d<>>;

  static constexpr Value lower(Builder& builder, Value x) {
    const bool keeps_shape = Step == 1 && Builder::sample_shape(x)[0] == Channels;
    return ops::relu(keeps_shape ? builder.part<Residual<Branch>>(x)
                                 : builder.part<Residual<Branch, Shortcut>>(x));
  }
};

namespace detail {
/// What follows the first layers of a ResNet-18: four pairs of blocks, and the classifier.
template <std::size_t Classes, class... Stem>
using ResNet18Behind = Sequential<Stem...,  //
                                  Named<"layer1", Sequential<BasicBlock<64>, BasicBlock<64>>>,
                                  Named<"layer2", Sequential<BasicBlock<128, 2>, BasicBlock<128>>>,
                                  Named<"layer3", Sequential<BasicBlock<256, 2>, BasicBlock<256>>>,
                                  Named<"layer4", Sequential<BasicBlock<512, 2>, BasicBlock<512>>>,
                                  AdaptiveAvgPool2d<1>, Flatten, Named<"fc", Linear<Classes>>>;
}  // namespace detail

/// ResNet-18 for images of some 224 x 224, with torchvision's names: its weights load by name. 11,689,512
/// parameters for three channels and 1000 classes. (He, Zhang, Ren and Sun, CVPR 2016.)
template <std::size_t Classes = 1000>
using ResNet18 = detail::ResNet18Behind<
    Classes, Named<"conv1", Conv2d<64, 7, Stride<2>, Padding<3>, Bias<false>, Initialize<he_normal_fan_out>>>,
    Named<"bn1", BatchNorm2d<>>, ReLU, MaxPool2d<3, Stride<2>, Padding<1>>>;

/// ResNet-18 for images of 32 x 32, as CIFAR-10's: its first convolution is 3 x 3 and keeps the size, and
/// there is no pooling behind it.
template <std::size_t Classes = 10>
using CifarResNet18 = detail::ResNet18Behind<
    Classes, Named<"conv1", Conv2d<64, 3, Padding<1>, Bias<false>, Initialize<he_normal_fan_out>>>,
    Named<"bn1", BatchNorm2d<>>, ReLU>;

}  // namespace ctnn
