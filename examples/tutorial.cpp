// The steps of docs/tutorial.md in one program.
#include <ctnn.hpp>
#include <ctnn/data/generated_images.hpp>
#include <ctnn/inspect.hpp>
#include <ctnn/io/model_file.hpp>
#include <ctnn/train.hpp>
#include <functional>
#include <iostream>

using LeNet =
    ctnn::Sequential<ctnn::Named<"conv1", ctnn::Conv2d<6, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>,
                     ctnn::Named<"conv2", ctnn::Conv2d<16, 5>>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten,
                     ctnn::Named<"fc1", ctnn::Linear<120>>, ctnn::ReLU, ctnn::Named<"fc2", ctnn::Linear<84>>,
                     ctnn::ReLU, ctnn::Named<"fc3", ctnn::Linear<10>>>;

using Net = ctnn::Model<LeNet, ctnn::Shape<3, 32, 32>>;
static_assert(std::is_same_v<Net::output_shape, ctnn::Shape<10>>);
static_assert(Net::parameter_count == 62'006);

static_assert(ctnn::fits<LeNet, ctnn::Shape<3, 32, 32>>);
static_assert(!ctnn::fits<LeNet, ctnn::Shape<3, 12, 12>>);

// The same type, from an expression. (clang-format 14 takes the > before an operator >> for a comparison.)
// clang-format off
constexpr auto lenet =
    ctnn::named<"conv1">(ctnn::conv2d<6, 5>) >> ctnn::relu >> ctnn::max_pool2d<2> >>
    ctnn::named<"conv2">(ctnn::conv2d<16, 5>) >> ctnn::relu >> ctnn::max_pool2d<2> >> ctnn::flatten >>
    ctnn::named<"fc1">(ctnn::linear<120>) >> ctnn::relu >> ctnn::named<"fc2">(ctnn::linear<84>) >>
    ctnn::relu >> ctnn::named<"fc3">(ctnn::linear<10>);
// clang-format on
static_assert(std::is_same_v<std::remove_const_t<decltype(lenet)>, LeNet>);

int main() {
  Net net{ctnn::Seed{42}};
  ctnn::summary<Net>(std::cout);

  const auto images = ctnn::generated_images(5000, ctnn::Seed{1});
  const auto unseen = ctnn::generated_images(1000, ctnn::Seed{2});

  ctnn::ProgressBar bar;
  const ctnn::TrainingLog log =
      ctnn::fit<4>(net, images, ctnn::CrossEntropy{}, ctnn::SGD{.learning_rate = 2e-3, .momentum = 0.9},
                   {.epochs = 8,
                    .validation = &unseen,
                    .report_every = 1000,
                    .on_report = std::ref(bar),
                    .on_progress = std::ref(bar)});
  log.save_csv("training.csv");

  const ctnn::Metrics metrics = ctnn::evaluate<4>(net, unseen, ctnn::CrossEntropy{});
  std::cout << "loss " << metrics.loss << ", accuracy " << metrics.accuracy().value_or(0) << '\n';
  for (std::size_t label = 0; label < metrics.classes; ++label)
    std::cout << unseen.class_names[label] << ": " << metrics.accuracy(label).value_or(0) << '\n';

  auto weight = net.parameter<"conv1.weight">();  // a view of 6 x 3 x 5 x 5 numbers
  std::cout << "first weight " << weight(0, 0, 0, 0) << '\n';
  net.for_each_parameter(
      [](std::string_view name, auto view) { std::cout << name << ": " << view.size() << '\n'; });

  ctnn::save(net, "figures.safetensors");
  Net same;
  ctnn::load(same, "figures.safetensors");

  ctnn::Engine engine{same};
  Net::output_tensor scores;
  engine.run(unseen.sample(0).data(), scores.data());
  const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
  std::cout << "sample 0 is a " << unseen.class_names[static_cast<std::size_t>(best)] << '\n';
}
