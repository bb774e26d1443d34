#include <algorithm>
#include <catch2/catch.hpp>
#include <ctnn/data/cifar10.hpp>

#include "../io/files.hpp"
#include "real_data.hpp"

using Catch::Matchers::Contains;

namespace {
std::string record(char label, char pixel) {
  return label + std::string(3072, pixel);
}
}  // namespace

TEST_CASE("records become labels and pixels in [-1, 1]") {
  TemporaryFolder folder;
  write(folder.path / "a", record(3, '\0') + record(9, '\xff'));
  write(folder.path / "b", record(0, 51));
  const std::vector<std::filesystem::path> both{folder.path / "a", folder.path / "b"};
  const auto set = ctnn::read_cifar10(both);
  REQUIRE(set.size() == 3);
  CHECK(set.targets == std::vector<std::int32_t>{3, 9, 0});
  CHECK(set.sample(0)(2, 31, 31) == -1.0f);
  CHECK(set.sample(1)(0, 0, 0) == 1.0f);
  CHECK(set.sample(2)(1, 5, 7) == Approx(-0.6f));
  CHECK(set.class_names[3] == "cat");
}

TEST_CASE("a folder's batches are found, whole or in part") {
  TemporaryFolder folder;
  const auto error = [&] { return message([&] { ctnn::read_cifar10_directory(folder.path); }); };
  CHECK_THAT(error(), Contains("data_batch_1.bin or train-5000.bin, found neither"));
  write(folder.path / "train-5000.bin", record(1, 0));
  CHECK_THAT(error(), Contains("test-1000.bin: cannot read"));
  write(folder.path / "test-1000.bin", record(2, 0));
  CHECK(ctnn::read_cifar10_directory(folder.path).test.targets == std::vector<std::int32_t>{2});
  for (int i = 1; i <= 4; ++i)
    write(folder.path / ("data_batch_" + std::to_string(i) + ".bin"), record(static_cast<char>(i), 0));
  CHECK_THAT(error(), Contains("data_batch_5.bin: cannot read"));
  write(folder.path / "data_batch_5.bin", record(5, 0));
  write(folder.path / "test_batch.bin", record(6, 0));
  const auto all = ctnn::read_cifar10_directory(folder.path);
  CHECK(all.train.targets == std::vector<std::int32_t>{1, 2, 3, 4, 5});
  CHECK(all.test.targets == std::vector<std::int32_t>{6});
}

TEST_CASE("a wrong CIFAR-10 file is refused") {
  TemporaryFolder folder;
  const auto path = folder.path / "batch.bin";
  const auto error = [&](const std::string& bytes) {
    write(path, bytes);
    return message([&] { ctnn::read_cifar10(path); });
  };
  CHECK_THAT(error(""), Contains("batch.bin: expected records of 3073 bytes") && Contains("found 0 bytes"));
  CHECK_THAT(error(record(0, 0) + "x"), Contains("found 3074 bytes"));
  CHECK_THAT(error(record(0, 0) + record(10, 0)),
             Contains("record 1: expected a label from 0 to 9, found 10"));
  CHECK_THAT(message([&] { ctnn::read_cifar10(folder.path / "none"); }),
             Contains("none: cannot read: No such file"));
  CHECK_THAT(message([&] { ctnn::read_cifar10(folder.path); }), Contains("found a directory"));
}

TEST_CASE("the real CIFAR-10 is read") {
  const auto folder = real_data("cifar10");
  if (!folder) return;
  const auto [train, test] = ctnn::read_cifar10_directory(*folder);
  CHECK(train.size() == 5000);
  CHECK(test.size() == 1000);
  for (std::int32_t label = 0; label < 10; ++label) CHECK(std::ranges::count(test.targets, label) > 50);
  double sum = 0;
  for (float pixel : test.samples) sum += static_cast<double>(pixel);
  CHECK(sum / static_cast<double>(test.samples.size()) == Approx(-0.05).margin(0.05));
}
