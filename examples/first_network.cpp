#include <ctnn.hpp>
#include <ctnn/data/generated_images.hpp>
#include <ctnn/io/model_file.hpp>
#include <ctnn/train.hpp>
#include <iostream>

using LeNet = ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Conv2d<16, 5>,
                               ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten, ctnn::Linear<120>, ctnn::ReLU,
                               ctnn::Linear<84>, ctnn::ReLU, ctnn::Linear<10>>;

int main() {
  const auto images = ctnn::generated_images(5000, ctnn::Seed{1});
  const auto unseen = ctnn::generated_images(1000, ctnn::Seed{2});
  ctnn::Model<LeNet, ctnn::Shape<3, 32, 32>> net;
  ctnn::fit<4>(net, images, ctnn::CrossEntropy{}, ctnn::Adam{}, {.epochs = 8});
  std::cout << "accuracy " << *ctnn::evaluate<4>(net, unseen, ctnn::CrossEntropy{}).accuracy() << '\n';
  ctnn::save(net, "lenet.safetensors");
  ctnn::Engine engine{net};  // its calls allocate nothing
  std::cout << "class 0 scores " << engine({})[0] << " on a grey image\n";
}
