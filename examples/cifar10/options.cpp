#include "options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <limits>

Options parse_options(int argc, char** argv) {
  Options options;
  CLI::App app("Trains the CIFAR-10 tutorial's network and freezes it for embedding");
  app.add_option("--data", options.data, "folder with CIFAR-10's binary files; generated images without it")
      ->check(CLI::ExistingDirectory);
  app.add_option("--epochs", options.epochs, "passes over the training images")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the first weights and the order of the images")
      // Text of a larger number is read as the largest, which must therefore be outside.
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max() - 1))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}
