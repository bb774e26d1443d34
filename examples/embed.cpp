// A trained network inside another program: load the weights that the example cifar10 wrote, or PyTorch did,
// and call. Nothing of training is compiled in.
//   embed lenet.safetensors
#include <ctnn.hpp>
#include <ctnn/data/generated_images.hpp>
#include <ctnn/io/model_file.hpp>
#include <iostream>

using LeNet =
    ctnn::Sequential<ctnn::Named<"conv1", ctnn::Conv2d<6, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>,
                     ctnn::Named<"conv2", ctnn::Conv2d<16, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten,
                     ctnn::Named<"fc1", ctnn::Linear<120>>, ctnn::ReLU, ctnn::Named<"fc2", ctnn::Linear<84>>,
                     ctnn::ReLU, ctnn::Named<"fc3", ctnn::Linear<10>>>;
using Net = ctnn::Model<LeNet, ctnn::Shape<3, 32, 32>>;

/// An engine on a file's weights; the model that they pass through is not kept.
ctnn::Engine<Net> load_engine(const std::filesystem::path& path) {
  Net net;
  ctnn::load(net, path);
  return ctnn::Engine<Net>(net);
}

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: embed lenet.safetensors\n";
    return 2;
  }
  try {
    ctnn::Engine<Net> engine = load_engine(argv[1]);

    const auto images = ctnn::generated_images(1, ctnn::Seed{3});
    const Net::output_tensor scores = engine(images.sample(0));

    for (std::size_t i = 0; i < scores.size(); ++i)
      std::cout << images.class_names[i] << ": " << scores[i] << '\n';
    const auto answer = static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
    const auto truth = static_cast<std::size_t>(images.target(0));
    std::cout << "it looks like a " << images.class_names[answer] << ", and is a "
              << images.class_names[truth] << '\n';
  } catch (const std::exception& error) {
    std::cerr << "embed: " << error.what() << '\n';
    return 1;
  }
}
