#pragma once
#include <cstdint>
#include <ctnn/io/file_error.hpp>
#include <ctnn/io/tensor_entry.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
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
inline std::string quoted_key(std::string_view key) {
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
class HeaderHandler final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderHandler(const std::filesystem::path& file) : file_(file) {}

  std::vector<HeaderEntry> entries;
  Metadata metadata;

  bool start_object(std::size_t) override {
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
  bool end_object() override {
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
  bool key(std::string& name) override {
    if (in_metadata_) {
      field_ = name;
      if (metadata.contains(name)) fail(quoted_key(name) + " occurs twice");
    } else if (in_tensor_) {
      start_field(name);
    } else {
      if (!names_.insert(name).second) throw FileError(file_, quoted_key(name) + " occurs twice");
      name_ = name;
      place_ = name == metadata_key ? Place::metadata : Place::tensor;
      if (place_ == Place::tensor) entries.push_back({name, {}, {}, {}});
    }
    return true;
  }
  bool start_array(std::size_t) override {
    if (!numbers_expected() || in_array_) unexpected("an array");
    in_array_ = true;
    numbers().emplace();
    return true;
  }
  bool end_array() override {
    in_array_ = false;
    field_.clear();
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (!in_array_) unexpected("a number");
    numbers()->push_back(value);
    return true;
  }
  bool number_integer(number_integer_t value) override { return bad_number(std::to_string(value)); }
  bool number_float(number_float_t, const std::string& digits) override { return bad_number(digits); }
  bool string(std::string& value) override {
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
  bool null() override { return unexpected("null"); }
  bool boolean(bool value) override { return unexpected(value ? "true" : "false"); }
  bool binary(binary_t&) override { return unexpected("binary data"); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& error) override {
    std::string_view reason = error.what();
    if (const auto end = reason.find(": "); end != reason.npos) reason.remove_prefix(end + 2);
    throw FileError(file_, "the header is not JSON in UTF-8, at its byte " + std::to_string(position) + ": " +
                               std::string(reason.substr(0, 300)));
  }

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
  bool bad_number(const std::string& digits) {
    if (!in_array_) return unexpected("a number");
    fail(field_ + ": expected whole numbers from 0 to 2^64 - 1, found " + digits.substr(0, 100));
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
  std::unordered_set<std::string> names_;
  std::string name_, field_;
  Place place_ = Place::start;
  bool in_tensor_ = false, in_metadata_ = false, in_array_ = false;
};

}  // namespace detail
}  // namespace ctnn
