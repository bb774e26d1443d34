// The network of PyTorch's CIFAR-10 tutorial: trained, measured, saved, and frozen for embedding.
//   cifar10 --data DIR     DIR has CIFAR-10's binary files; without it, images of figures are generated
#include <ctnn/inspect/summary.hpp>
#include <ctnn/io/model_file.hpp>
#include <ctnn/train.hpp>
#include <iostream>

#include "engine.hpp"
#include "images.hpp"
#include "options.hpp"

constexpr std::size_t mini_batch = 4;

ctnn::TrainingLog train(Net& net, const ctnn::Cifar10Images& images, const Options& options) {
  ctnn::ProgressBar bar;
  return ctnn::fit<mini_batch>(net, images, ctnn::CrossEntropy{},
                               ctnn::SGD{.learning_rate = 0.001, .momentum = 0.9},
                               {.epochs = options.epochs,
                                .report_every = 2000,
                                .seed = ctnn::Seed{options.seed},
                                .on_report = std::ref(bar),
                                .on_progress = std::ref(bar)});
}

void print_speed(const ctnn::TrainingLog& log) {
  const ctnn::LogEntry& last = log.entries.back();
  std::cout << "trained on " << ctnn::grouped(last.samples) << " samples in " << ctnn::fixed(last.seconds, 2)
            << " s: " << ctnn::grouped(static_cast<std::size_t>(log.samples_per_second())) << " samples/s\n";
}

void print_accuracy(const Net& net, const ctnn::Cifar10Images& images) {
  const ctnn::Metrics metrics = ctnn::evaluate<mini_batch>(net, images, ctnn::CrossEntropy{});
  const auto print = [](std::string_view of, std::optional<double> share) {
    std::cout << "accuracy " << of << ": " << (share ? ctnn::fixed(100 * *share, 1) + " %" : "no sample")
              << '\n';
  };
  for (std::size_t label = 0; label < metrics.classes; ++label)
    print("on " + images.class_names[label], metrics.accuracy(label));
  print("in all, on " + ctnn::grouped(metrics.samples) + " images", metrics.accuracy());
}

void save(const Net& net, const ctnn::TrainingLog& log) {
  ctnn::save(net, "lenet.safetensors");
  log.save_csv("lenet-log.csv");
  ctnn::save_loss_curve(log, "lenet-loss.svg");
  std::cout << "wrote lenet.safetensors, lenet-log.csv and lenet-loss.svg\n";
}

int main(int argc, char** argv) {
  const Options options = parse_options(argc, argv);
  try {
    const ctnn::Cifar10 images = load_images(options.data);
    ctnn::summary<Net>(std::cout);
    Net net(ctnn::Seed{options.seed});
    const ctnn::TrainingLog log = train(net, images.train, options);
    print_speed(log);
    print_accuracy(net, images.test);
    save(net, log);
    compare_engine(net, images.test, "lenet.safetensors");
  } catch (const std::exception& error) {
    std::cerr << "cifar10: " << error.what() << '\n';
    return 1;
  }
}
