#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctnn {

/// Element types of safetensors, in the order in which the reference implementation compares them.
// clang-format off
enum class DataType : std::uint8_t {
  BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64
};
// clang-format on

namespace detail {
struct DataTypeFacts {
  std::string_view name;
  std::uint64_t bytes;
};
// clang-format off
inline constexpr std::array<DataTypeFacts, 15> data_types{{
    {"BOOL", 1}, {"U8", 1}, {"I8", 1}, {"F8_E5M2", 1}, {"F8_E4M3", 1},
    {"I16", 2}, {"U16", 2}, {"F16", 2}, {"BF16", 2},
    {"I32", 4}, {"U32", 4}, {"F32", 4}, {"F64", 8}, {"I64", 8}, {"U64", 8}}};
// clang-format on
}  // namespace detail

/// As the file spells it: "F32".
constexpr std::string_view name_of(DataType type) {
  return detail::data_types[static_cast<std::size_t>(type)].name;
}

/// Bytes of one element.
constexpr std::uint64_t bytes_of(DataType type) {
  return detail::data_types[static_cast<std::size_t>(type)].bytes;
}

/// The type that a file spells `name`, if there is one.
constexpr std::optional<DataType> data_type_named(std::string_view name) {
  for (std::size_t i = 0; i < detail::data_types.size(); ++i)
    if (detail::data_types[i].name == name) return static_cast<DataType>(i);
  return std::nullopt;
}

/// A named tensor: little-endian elements, row-major, in somebody else's memory.
struct TensorEntry {
  std::string name;
  DataType type = DataType::F32;
  std::vector<std::uint64_t> shape;
  std::span<const std::byte> bytes;
};

/// Bytes that `shape` takes; nothing when a product of its extents doesn't fit 64 bits, even if another
/// extent is 0.
constexpr std::optional<std::uint64_t> bytes_of(DataType type, const std::vector<std::uint64_t>& shape) {
  std::uint64_t product = bytes_of(type);
  bool empty = false;
  for (const std::uint64_t extent : shape) {
    if (extent == 0) {
      empty = true;
      continue;
    }
    if (product > std::numeric_limits<std::uint64_t>::max() / extent) return std::nullopt;
    product *= extent;
  }
  return empty ? 0 : product;
}

/// A shape as errors print it: [6, 3, 5, 5].
[[gnu::cold]] inline std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

}  // namespace ctnn
