#pragma once
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ctnn/io/file_error.hpp>
#include <ctnn/io/tensor_entry.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ctnn {

/// Free text pairs of a safetensors file, its "__metadata__".
using Metadata = std::map<std::string, std::string>;

namespace detail {

/// The longest header that the reference implementation reads, in bytes.
inline constexpr std::uint64_t safetensors_header_limit = 100'000'000;
inline constexpr std::string_view metadata_key = "__metadata__";

/// A key as errors print it; a hostile file's may be megabytes long.
[[gnu::cold]] inline std::string quoted_key(std::string_view key) {
  return "key \"" + std::string(key.substr(0, 100)) + (key.size() > 100 ? "…\"" : "\"");
}

struct HeaderEntry {
  std::string name;
  std::optional<DataType> type;
  std::optional<std::vector<std::uint64_t>> shape;
  std::optional<std::vector<std::uint64_t>> offsets;
};

/// Receives the header's JSON as events and accepts only a safetensors header. A document model would keep
/// the last of two equal keys and say nothing; this also never goes deeper than the format does.
class HeaderHandler {
 public:
  explicit HeaderHandler(const std::filesystem::path& file) : file_(file) {}

  std::vector<HeaderEntry> entries;
  Metadata metadata;

  bool StartObject() {
    if (place_ == Place::start) {
      place_ = Place::header;
    } else if (place_ == Place::tensor && field_.empty() && !in_tensor_) {
      in_tensor_ = true;
    } else if (place_ == Place::metadata && !in_metadata_) {
      in_metadata_ = true;
    } else {
      unexpected("an object");
    }
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    if (in_tensor_) {
      const HeaderEntry& entry = entries.back();
      if (!entry.type) fail("expected a field \"dtype\", found none");
      if (!entry.shape) fail("expected a field \"shape\", found none");
      if (!entry.offsets) fail("expected a field \"data_offsets\", found none");
      if (entry.offsets->size() != 2)
        fail("data_offsets: expected 2 numbers, found " + std::to_string(entry.offsets->size()));
    }
    in_tensor_ = in_metadata_ = false;
    field_.clear();
    place_ = Place::header;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string name(text, length);
    if (in_metadata_) {
      field_ = name;
      if (metadata.contains(name)) fail(quoted_key(name) + " occurs twice");
    } else if (in_tensor_) {
      start_field(name);
    } else {
      name_ = name;
      place_ = name == metadata_key ? Place::metadata : Place::tensor;
      if (place_ == Place::tensor)
        entries.push_back({name, {}, {}, {}});
      else if (std::exchange(has_metadata_, true))
        throw FileError(file_, quoted_key(name) + " occurs twice");
    }
    return true;
  }
  bool StartArray() {
    if (!numbers_expected() || in_array_) unexpected("an array");
    in_array_ = true;
    numbers().emplace();
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    in_array_ = false;
    field_.clear();
    return true;
  }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    if (!in_array_) unexpected("a number");
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text, text + length, value);
    if (error != std::errc() || end != text + length)
      fail(field_ + ": expected whole numbers from 0 to 2^64 - 1, found " +
           std::string(text, length).substr(0, 100));
    numbers()->push_back(value);
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    const std::string value(text, length);
    if (in_metadata_) {
      metadata.emplace(std::exchange(field_, {}), value);
    } else if (in_tensor_ && field_ == "dtype") {
      entries.back().type = data_type_named(value);
      if (!entries.back().type)
        fail("dtype: expected one of safetensors' types (F32, F16, …), found \"" + value.substr(0, 100) +
             "\"");
      field_.clear();
    } else {
      unexpected("a string");
    }
    return true;
  }
  bool Null() { return unexpected("null"); }
  bool Bool(bool value) { return unexpected(value ? "true" : "false"); }
  // Numbers come as their digits; the reader's interface has these all the same.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  enum class Place { start, header, tensor, metadata };

  void start_field(const std::string& name) {
    const HeaderEntry& entry = entries.back();
    const bool known = name == "dtype" || name == "shape" || name == "data_offsets";
    if (!known) fail("expected the fields dtype, shape and data_offsets, found " + quoted_key(name));
    if (name == "dtype" ? entry.type.has_value()
                        : (name == "shape" ? entry.shape : entry.offsets).has_value())
      fail(quoted_key(name) + " occurs twice");
    field_ = name;
  }
  bool numbers_expected() const { return in_tensor_ && (field_ == "shape" || field_ == "data_offsets"); }
  std::optional<std::vector<std::uint64_t>>& numbers() {
    return field_ == "shape" ? entries.back().shape : entries.back().offsets;
  }
  bool unexpected(std::string_view found) const {
    std::string expected = "an object";
    if (in_array_)
      expected = "whole numbers";
    else if (numbers_expected())
      expected = "an array of whole numbers";
    else if (in_tensor_ || in_metadata_)
      expected = "a string";
    fail((field_.empty() ? "" : field_.substr(0, 100) + ": ") + "expected " + expected + ", found " +
         std::string(found));
  }
  [[noreturn]] void fail(const std::string& problem) const {
    throw FileError(file_, (name_.empty() ? "the header: " : quoted_key(name_) + ": ") + problem);
  }

  const std::filesystem::path& file_;
  std::string name_, field_;
  Place place_ = Place::start;
  bool has_metadata_ = false, in_tensor_ = false, in_metadata_ = false, in_array_ = false;
};

/// Sorts by name, or by where the data begin and end.
[[gnu::cold]] inline void sort_entries(std::vector<HeaderEntry*>& entries, bool by_name) {
  std::sort(entries.begin(), entries.end(), [=](const HeaderEntry* left, const HeaderEntry* right) {
    if (by_name) return left->name < right->name;
    const auto& a = *left->offsets;
    const auto& b = *right->offsets;
    return a[0] != b[0] ? a[0] < b[0] : a[1] < b[1];
  });
}

/// Hands the header's JSON to `handler`, and returns its entries, sorted by name; throws FileError for what
/// is not JSON in UTF-8, and for two entries of one name.
[[gnu::cold]] inline std::vector<HeaderEntry*> parse_header(std::string_view header, HeaderHandler& handler,
                                                            const std::filesystem::path& file) {
  rapidjson::MemoryStream stream(header.data(), header.size());
  constexpr unsigned strict = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = rapidjson::Reader().Parse<strict>(stream, handler);
  if (result.IsError())
    throw FileError(file, "the header is not JSON in UTF-8, at its byte " +
                              std::to_string(result.Offset() + 1) + ": " +
                              rapidjson::GetParseError_En(result.Code()));
  std::vector<HeaderEntry*> entries(handler.entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = &handler.entries[i];
  sort_entries(entries, true);
  for (std::size_t i = 1; i < entries.size(); ++i)
    if (entries[i]->name == entries[i - 1]->name)
      throw FileError(file, quoted_key(entries[i]->name) + " occurs twice");
  return entries;
}

}  // namespace detail
}  // namespace ctnn
