#pragma once
// Link zlib (-lz) with a program that includes this header.
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctnn/data/dataset.hpp>
#include <ctnn/data/pixels.hpp>
#include <ctnn/io/atomic_file.hpp>
#include <ctnn/io/file_error.hpp>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace ctnn {

namespace detail {

/// A file read through zlib, which also passes plain files on as they are.
class GzipFile {
 public:
  explicit GzipFile(const std::filesystem::path& path) : path_(path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
      throw FileError(path, "expected a file, found a directory");
    errno = 0;
    file_.reset(gzopen(path.string().c_str(), "rb"));
    if (!file_) throw FileError(path, "cannot read: " + reason(errno));
  }

  /// At most `count` bytes; fewer at the file's end. A header's promise is not trusted with memory: the block
  /// grows as the bytes come.
  std::vector<std::byte> read(std::uint64_t count) {
    constexpr std::uint64_t piece = 1 << 20;
    std::vector<std::byte> bytes;
    while (bytes.size() < count) {
      const std::size_t begin = bytes.size();
      const auto wanted = static_cast<unsigned>(std::min(piece, count - begin));
      bytes.resize(begin + wanted);
      const int found = gzread(file_.get(), bytes.data() + begin, wanted);
      int status = Z_OK;
      const char* problem = gzerror(file_.get(), &status);
      if (found < 0 || (status != Z_OK && status != Z_STREAM_END))
        throw FileError(path_, std::string("cannot decompress: ") +
                                   (status == Z_BUF_ERROR ? "the file is truncated" : problem));
      bytes.resize(begin + static_cast<std::size_t>(found));
      if (static_cast<unsigned>(found) < wanted) break;
    }
    return bytes;
  }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
  };
  const std::filesystem::path& path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

struct IdxArray {
  std::vector<std::uint64_t> shape;
  std::vector<std::byte> bytes;
};

inline IdxArray read_idx_bytes(const std::filesystem::path& path) {
  GzipFile file(path);
  const std::vector<std::byte> magic = file.read(4);
  if (magic.empty()) throw FileError(path, "expected an IDX file, found an empty file");
  if (magic.size() < 4 || magic[0] != std::byte{0} || magic[1] != std::byte{0})
    throw FileError(path, "expected an IDX file (two zero bytes first), found other bytes");
  if (magic[2] != std::byte{8})
    throw FileError(path, "expected IDX elements of type 8 (unsigned bytes), found type " +
                              std::to_string(std::to_integer<int>(magic[2])));
  IdxArray array;
  const auto axes = std::to_integer<std::size_t>(magic[3]);
  if (axes == 0 || axes >= max_rank)
    throw FileError(path, "expected 1 to 5 axes, found " + std::to_string(axes));
  const std::vector<std::byte> extents = file.read(4 * axes);
  if (extents.size() < 4 * axes) throw FileError(path, "truncated in the IDX header");
  std::uint64_t size = 1;
  for (std::size_t i = 0; i < axes; ++i) {
    std::uint64_t extent = 0;
    for (std::size_t k = 0; k < 4; ++k)
      extent = extent << 8 | std::to_integer<std::uint64_t>(extents[4 * i + k]);
    if (extent == 0) throw FileError(path, "expected extents above 0, found 0 for axis " + std::to_string(i));
    if (size > (std::uint64_t{1} << 48) / extent)
      throw FileError(path, "the IDX header's extents are too large");
    size *= extent;
    array.shape.push_back(extent);
  }
  array.bytes = file.read(size + 1);
  if (array.bytes.size() != size)
    throw FileError(path, "expected " + std::to_string(size) + " elements after the IDX header, found " +
                              (array.bytes.size() < size ? std::to_string(array.bytes.size()) : "more"));
  return array;
}

}  // namespace detail

/// Reads images and their labels from two IDX files of unsigned bytes, plain or compressed by gzip
/// (http://yann.lecun.com/exdb/mnist). `SampleShape` are the extents of an image; axes of extent 1 may be
/// added, as in Shape<1, 28, 28>. Labels are from 0 to classes - 1. Throws FileError.
template <class SampleShape = Shape<1, 28, 28>>
Dataset<float, SampleShape> read_idx(const std::filesystem::path& images, const std::filesystem::path& labels,
                                     PixelRange range = PixelRange::zero_to_one, std::int32_t classes = 10) {
  const detail::IdxArray pixels = detail::read_idx_bytes(images);
  const auto without_ones = [](const auto* first, const auto* last) {
    std::string text;
    for (; first != last; ++first)
      if (*first != 1) text += (text.empty() ? "" : " x ") + std::to_string(*first);
    return text;
  };
  const auto& extents = SampleShape::extents;
  const std::string expected = without_ones(extents.axis, extents.axis + extents.rank);
  const std::string found = without_ones(pixels.shape.data() + 1, pixels.shape.data() + pixels.shape.size());
  if (expected != found) throw FileError(images, "expected images of " + expected + ", found " + found);

  const detail::IdxArray answers = detail::read_idx_bytes(labels);
  if (answers.shape.size() != 1)
    throw FileError(labels, "expected labels in 1 axis, found " + std::to_string(answers.shape.size()));
  if (answers.bytes.size() != pixels.shape[0])
    throw FileError(labels, "expected " + std::to_string(pixels.shape[0]) + " labels (the images of " +
                                images.filename().string() + "), found " +
                                std::to_string(answers.bytes.size()));
  Dataset<float, SampleShape> set;
  detail::append_pixels(pixels.bytes, range, set.samples);
  for (std::size_t i = 0; i < answers.bytes.size(); ++i) {
    const auto label = std::to_integer<std::int32_t>(answers.bytes[i]);
    if (label >= classes)
      throw FileError(labels, "record " + std::to_string(i) + ": expected a label from 0 to " +
                                  std::to_string(classes - 1) + ", found " + std::to_string(label));
    set.targets.push_back(label);
  }
  return set;
}

}  // namespace ctnn
