#include "images.hpp"

#include <ctnn/data/generated_images.hpp>
#include <iostream>

ctnn::Cifar10 load_images(const std::filesystem::path& folder) {
  if (!folder.empty()) return ctnn::read_cifar10_directory(folder);
  std::cout << "no --data: learning to tell apart figures in generated images\n" << std::flush;
  return {ctnn::generated_images(50'000, ctnn::Seed{1}), ctnn::generated_images(10'000, ctnn::Seed{2})};
}
