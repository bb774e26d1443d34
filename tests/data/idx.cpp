#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctnn/data/idx.hpp>

#include "../io/files.hpp"
#include "real_data.hpp"

using Catch::Matchers::Contains;

namespace {

std::string idx(std::initializer_list<unsigned char> extents, const std::string& bytes, char type = 8) {
  std::string text{'\0', '\0', type, static_cast<char>(extents.size())};
  for (unsigned char extent : extents) text += std::string(3, '\0') + static_cast<char>(extent);
  return text + bytes;
}

void write_gzip(const std::filesystem::path& path, const std::string& bytes) {
  gzFile file = gzopen(path.string().c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

const std::string two_images("\x00\x33\x66\x99\xcc\xff\x00\x33\x66\x99\xcc\xff", 12);
using Small = ctnn::Shape<1, 2, 3>;

}  // namespace

TEST_CASE("images and labels are read, plain and compressed") {
  TemporaryFolder folder;
  const auto images = folder.path / "images", labels = folder.path / "labels.gz";
  write(images, idx({2, 2, 3}, two_images));
  write_gzip(labels, idx({2}, "\x07\x01"));
  const auto set = ctnn::read_idx<Small>(images, labels);
  REQUIRE(set.size() == 2);
  CHECK(set.targets == std::vector<std::int32_t>{7, 1});
  CHECK(set.sample(0)(0, 0, 0) == 0.0f);
  CHECK(set.sample(1)(0, 1, 2) == 1.0f);
  CHECK(set.sample(0)(0, 0, 1) == Approx(0.2f));
  const auto both_signs =
      ctnn::read_idx<ctnn::Shape<2, 3>>(images, labels, ctnn::PixelRange::minus_one_to_one);
  CHECK(both_signs.sample(0)(0, 0) == -1.0f);
  CHECK(both_signs.sample(1)(1, 2) == 1.0f);
}

TEST_CASE("a wrong IDX file is refused") {
  TemporaryFolder folder;
  const auto images = folder.path / "images", labels = folder.path / "labels";
  const auto error = [&](const std::string& image_bytes, const std::string& label_bytes) {
    write(images, image_bytes);
    write(labels, label_bytes);
    return message([&] { ctnn::read_idx<Small>(images, labels); });
  };
  const std::string good = idx({2, 2, 3}, two_images), answers = idx({2}, std::string("\x07\0", 2));
  CHECK(error(good, answers).empty());
  CHECK_THAT(error("", answers), Contains("images: expected an IDX file, found an empty file"));
  CHECK_THAT(error("PNG image", answers), Contains("two zero bytes"));
  CHECK_THAT(error(idx({2, 2, 3}, two_images, 13), answers),
             Contains("type 8 (unsigned bytes), found type 13"));
  CHECK_THAT(error(idx({}, "x"), answers), Contains("expected 1 to 5 axes, found 0"));
  CHECK_THAT(error(good.substr(0, 9), answers), Contains("truncated in the IDX header"));
  CHECK_THAT(error(idx({0, 2, 3}, ""), answers), Contains("found 0 for axis 0"));
  CHECK_THAT(error(good.substr(0, good.size() - 1), answers),
             Contains("expected 12 elements") && Contains("found 11"));
  CHECK_THAT(error(good + "x", answers), Contains("found more"));
  CHECK_THAT(error(std::string("\0\0\x08\x03", 4) + std::string(12, '\xff'), answers), Contains("too large"));
  CHECK_THAT(error(idx({2, 3, 2}, two_images), answers), Contains("expected images of 2 x 3, found 3 x 2"));
  CHECK_THAT(error(good, idx({3}, "\1\1\1")), Contains("labels: expected 2 labels") && Contains("found 3"));
  CHECK_THAT(error(good, idx({1, 2}, "\1\1")), Contains("labels in 1 axis, found 2"));
  CHECK_THAT(error(good, idx({2}, "\1\x0a")), Contains("record 1: expected a label from 0 to 9, found 10"));
  CHECK_THAT(message([&] { ctnn::read_idx<Small>(folder.path / "none", labels); }),
             Contains("none: cannot read: No such file"));
  CHECK_THAT(message([&] { ctnn::read_idx<Small>(folder.path, labels); }), Contains("found a directory"));
}

TEST_CASE("damage of a compressed file is found or harmless") {
  TemporaryFolder folder;
  const auto images = folder.path / "images", labels = folder.path / "labels";
  write_gzip(images, idx({2, 2, 3}, two_images));
  write(labels, idx({2}, std::string("\x07\0", 2)));
  const std::string whole = contents(images);
  const auto error = [&](const std::string& bytes) {
    write(images, bytes);
    return message([&] { ctnn::read_idx<Small>(images, labels); });
  };
  CHECK(error(whole).empty());
  CHECK_THAT(error(whole.substr(0, whole.size() - 9)), Contains("cannot decompress: the file is truncated"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    error(whole.substr(0, i));
    auto changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    error(changed);
  }
  const std::string plain = idx({2, 2, 3}, two_images);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK_FALSE(error(plain.substr(0, i)).empty());
    for (int flip = 1; flip < 256; ++flip) {
      auto changed = plain;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      error(changed);
    }
  }
}

TEST_CASE("the real MNIST test set is read") {
  const auto folder = real_data("mnist");
  if (!folder) return;
  const auto set =
      ctnn::read_idx(*folder / "t10k-images-idx3-ubyte.gz", *folder / "t10k-labels-idx1-ubyte.gz");
  CHECK(set.size() == 10'000);
  CHECK(std::vector(set.targets.begin(), set.targets.begin() + 5) ==
        std::vector<std::int32_t>{7, 2, 1, 0, 4});
  double sum = 0;
  for (float pixel : set.samples) sum += static_cast<double>(pixel);
  CHECK(sum / static_cast<double>(set.samples.size()) == Approx(0.1325).margin(0.0005));
}
