#pragma once
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctnn/core/half.hpp>
#include <ctnn/io/file_error.hpp>
#include <ctnn/io/tensor_entry.hpp>
#include <filesystem>
#include <span>
#include <string>

namespace ctnn {

static_assert(std::endian::native == std::endian::little, "ctnn: files are read as little-endian memory");

/// Whether reading may change the type of the elements.
enum class Conversion { none, allowed };

/// The type of a file's elements that T holds as they are.
template <class T>
inline constexpr DataType data_type_of = std::same_as<T, double> ? DataType::F64 : DataType::F32;

namespace detail {
template <class Stored, class T, class Decode>
void decode_elements(std::span<const std::byte> bytes, std::span<T> result, Decode decode) {
  for (std::size_t i = 0; i < result.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    result[i] = static_cast<T>(decode(stored));
  }
}
}  // namespace detail

/// Copies an entry's elements. F32 into float and F64 into double are direct; F16, BF16 and the other of the
/// two are converted (rounding to nearest) only when `conversion` allows it. Throws FileError, naming `file`
/// and the key, for any other type, and when the entry doesn't hold result.size() elements; `result` is then
/// untouched.
template <std::floating_point T>
void read_elements(const TensorEntry& entry, std::span<T> result, Conversion conversion,
                   const std::filesystem::path& file) {
  static_assert(std::same_as<T, float> || std::same_as<T, double>);
  const auto fail = [&](const std::string& expected, const std::string& found) {
    throw FileError(file, "key \"" + entry.name + "\": expected " + expected + ", found " + found);
  };
  const std::string wanted(name_of(data_type_of<T>)), found(name_of(entry.type));
  const bool floating = entry.type == DataType::F16 || entry.type == DataType::BF16 ||
                        entry.type == DataType::F32 || entry.type == DataType::F64;
  if (!floating) fail(wanted + " (or F16, BF16, F32, F64 to convert)", found);
  if (entry.type != data_type_of<T> && conversion == Conversion::none)
    fail(wanted, found + "; pass ctnn::Conversion::allowed to convert it");
  const std::size_t count = entry.bytes.size() / static_cast<std::size_t>(bytes_of(entry.type));
  if (count != result.size())
    fail(std::to_string(result.size()) + " elements",
         std::to_string(count) + " in shape " + shape_text(entry.shape));

  const auto as_is = [](auto value) { return value; };
  if (entry.type == DataType::F32) {
    detail::decode_elements<float>(entry.bytes, result, as_is);
  } else if (entry.type == DataType::F64) {
    detail::decode_elements<double>(entry.bytes, result, as_is);
  } else if (entry.type == DataType::F16) {
    detail::decode_elements<std::uint16_t>(entry.bytes, result, half_to_float);
  } else {
    detail::decode_elements<std::uint16_t>(entry.bytes, result, bfloat16_to_float);
  }
}

}  // namespace ctnn
