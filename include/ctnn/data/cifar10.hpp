#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <ctnn/data/dataset.hpp>
#include <ctnn/data/pixels.hpp>
#include <ctnn/io/file_error.hpp>
#include <ctnn/io/read_file.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace ctnn {

/// Colour images, channel first, elements in [-1, 1], of ten classes.
using Cifar10Images = Dataset<float, Shape<3, 32, 32>>;

struct Cifar10 {
  Cifar10Images train, test;
};

/// Reads files of CIFAR-10's binary version (https://www.cs.toronto.edu/~kriz/cifar.html): records of a label
/// byte and 3 x 32 x 32 bytes. Throws FileError for a missing or empty file, a size that is not whole
/// records, and a label above 9.
[[gnu::cold]] inline Cifar10Images read_cifar10(const std::vector<std::filesystem::path>& paths) {
  constexpr std::size_t record = 1 + Cifar10Images::sample_elements;
  Cifar10Images images{
      {}, {}, {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}};
  for (const auto& path : paths) {
    const std::vector<std::byte> bytes = read_file(path);
    if (bytes.empty() || bytes.size() % record != 0)
      throw FileError(path, "expected records of 3073 bytes (a CIFAR-10 binary file), found " +
                                std::to_string(bytes.size()) + " bytes");
    images.samples.reserve(images.samples.size() + bytes.size());
    for (std::size_t i = 0; i < bytes.size() / record; ++i) {
      const auto label = std::to_integer<std::int32_t>(bytes[i * record]);
      if (label > 9)
        throw FileError(path, "record " + std::to_string(i) + ": expected a label from 0 to 9, found " +
                                  std::to_string(label));
      images.targets.push_back(label);
      detail::append_pixels({bytes.data() + i * record + 1, record - 1}, PixelRange::minus_one_to_one,
                            images.samples);
    }
  }
  return images;
}

[[gnu::cold]] inline Cifar10Images read_cifar10(const std::filesystem::path& path) {
  return read_cifar10(std::vector{path});
}

/// Reads a folder with data_batch_1.bin … data_batch_5.bin and test_batch.bin, or, when there is no
/// data_batch_1.bin, one with a part of them, train-5000.bin and test-1000.bin. Throws FileError as
/// read_cifar10 does.
[[gnu::cold]] inline Cifar10 read_cifar10_directory(const std::filesystem::path& directory) {
  if (std::filesystem::exists(directory / "data_batch_1.bin")) {
    std::vector<std::filesystem::path> batches(5);
    for (std::size_t i = 0; i < 5; ++i)
      batches[i] = directory / ("data_batch_" + std::to_string(i + 1) + ".bin");
    return {read_cifar10(batches), read_cifar10(directory / "test_batch.bin")};
  }
  if (std::filesystem::exists(directory / "train-5000.bin"))
    return {read_cifar10(directory / "train-5000.bin"), read_cifar10(directory / "test-1000.bin")};
  throw FileError(directory, "expected a folder with data_batch_1.bin or train-5000.bin, found neither");
}

}  // namespace ctnn
