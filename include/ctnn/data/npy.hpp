#pragma once
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctnn/io/atomic_file.hpp>
#include <ctnn/io/file_error.hpp>
#include <ctnn/io/read_file.hpp>
#include <ctnn/io/tensor_entry.hpp>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctnn {

static_assert(std::endian::native == std::endian::little, "ctnn: files are read as little-endian memory");

/// Element types of NPY files that are read and written: '<f4', '<f8', '<i4', '<i8'.
template <class T>
concept NpyElement = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int32_t> ||
    std::same_as<T, std::int64_t>;

/// An array of NumPy: row-major, of any rank.
template <NpyElement T>
struct NpyArray {
  std::vector<std::uint64_t> shape;
  std::vector<T> values;
};

namespace detail {

template <class T>
std::string npy_type() {
  return (std::floating_point<T> ? "<f" : "<i") + std::to_string(sizeof(T));
}

/// Reads the header of an NPY file, a dictionary in Python's syntax.
class NpyHeader {
 public:
  std::string type;
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;

  NpyHeader(std::string_view text, const std::filesystem::path& path) : text_(text), path_(path) {
    bool has_type = false, has_order = false, has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = string();
      expect(':');
      if (key == "descr" && !has_type) {
        type = string();
        has_type = true;
      } else if (key == "fortran_order" && !has_order) {
        fortran_order = boolean();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        read_shape();
        has_shape = true;
      } else {
        fail("descr, fortran_order and shape, once each");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (!text_.empty()) fail("nothing after '}'");
    if (!has_type || !has_order || !has_shape) fail("descr, fortran_order and shape");
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw FileError(path_, "the NPY header: expected " + expected + ", found \"" +
                               std::string(text_.substr(0, 40)) + "\"");
  }
  void skip_spaces() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n')) text_.remove_prefix(1);
  }
  bool accept(std::string_view word) {
    skip_spaces();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool accept(char character) { return accept(std::string_view(&character, 1)); }
  void expect(char character) {
    if (!accept(character)) fail(std::string("'") + character + "'");
  }
  std::string string() {
    const char quote = accept('"') ? '"' : '\'';
    if (quote == '\'' && !accept('\'')) fail("a string");
    const std::size_t end = text_.find(quote);
    if (end == text_.npos) fail("the end of a string");
    const std::string result(text_.substr(0, end));
    text_.remove_prefix(end + 1);
    return result;
  }
  bool boolean() {
    if (accept("True")) return true;
    if (!accept("False")) fail("True or False");
    return false;
  }
  void read_shape() {
    expect('(');
    while (!accept(')')) {
      std::uint64_t extent = 0;
      skip_spaces();
      if (text_.empty() || text_[0] < '0' || text_[0] > '9') fail("a whole number");
      while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9') {
        const auto digit = static_cast<std::uint64_t>(text_[0] - '0');
        if (extent > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) fail("an extent below 2^64");
        extent = 10 * extent + digit;
        text_.remove_prefix(1);
      }
      shape.push_back(extent);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
  }

  std::string_view text_;
  const std::filesystem::path& path_;
};

}  // namespace detail

/// Reads an NPY file, version 1 to 3
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), whose elements are T,
/// little-endian, in C order. Throws FileError for anything else, and for a wrong size.
template <NpyElement T>
NpyArray<T> read_npy(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with("\x93NUMPY") || text.size() < 10)
    throw FileError(path, bytes.empty() ? "expected an NPY file, found an empty file"
                                        : "expected an NPY file, found other bytes at its start");
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3)
    throw FileError(path, "expected NPY version 1 to 3, found " + std::to_string(version));
  const std::size_t begin = version == 1 ? 10 : 12;
  std::size_t length = byte(8) | byte(9) << 8;
  if (version > 1 && text.size() >= begin) length |= byte(10) << 16 | byte(11) << 24;
  if (text.size() < begin || text.size() - begin < length)
    throw FileError(path, "truncated in the NPY header");
  detail::NpyHeader header(text.substr(begin, length), path);
  if (header.type != detail::npy_type<T>())
    throw FileError(path, "expected elements '" + detail::npy_type<T>() + "', found '" + header.type + "'");
  if (header.fortran_order) throw FileError(path, "expected C order, found Fortran order");

  const std::size_t found = text.size() - begin - length;
  const auto size = bytes_of(sizeof(T) == 8 ? DataType::F64 : DataType::F32, header.shape);
  if (!size || *size != found)
    throw FileError(path, "expected " + (size ? std::to_string(*size) : "2^64 or more") +
                              " bytes for shape " + shape_text(header.shape) + ", found " +
                              std::to_string(found));
  NpyArray<T> array{std::move(header.shape), std::vector<T>(found / sizeof(T))};
  if (found > 0) std::memcpy(array.values.data(), bytes.data() + begin + length, found);
  return array;
}

/// Writes an NPY file, version 1. The file appears whole or stays as it was. Throws FileError, also when the
/// values don't fill the shape.
template <NpyElement T>
void write_npy(const std::filesystem::path& path, const std::vector<std::uint64_t>& shape,
               std::span<const T> values) {
  const auto size = bytes_of(sizeof(T) == 8 ? DataType::F64 : DataType::F32, shape);
  if (!size || *size != values.size_bytes())
    throw FileError(path, "cannot write: expected values for shape " + shape_text(shape) + ", found " +
                              std::to_string(values.size()));
  std::string header = "{'descr': '" + detail::npy_type<T>() + "', 'fortran_order': False, 'shape': (";
  for (const std::uint64_t extent : shape)
    header += std::to_string(extent) + (shape.size() == 1 ? "," : ", ");
  header += "), }";
  constexpr std::size_t prefix = 10, multiple = 64;
  header.resize((prefix + header.size() + 1 + multiple - 1) / multiple * multiple - prefix, ' ');
  header.back() = '\n';
  if (header.size() > 65'535) throw FileError(path, "cannot write: the shape has too many axes");
  const char length[2] = {static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  AtomicFile file(path);
  file.write(std::string_view("\x93NUMPY\x01\x00", 8));
  file.write(std::string_view(length, 2));
  file.write(header);
  file.write(std::as_bytes(values));
  file.commit();
}

template <NpyElement T>
void write_npy(const std::filesystem::path& path, const NpyArray<T>& array) {
  write_npy<T>(path, array.shape, array.values);
}

}  // namespace ctnn
