#pragma once
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctnn/io/atomic_file.hpp>
#include <ctnn/io/file_error.hpp>
#include <ctnn/io/read_file.hpp>
#include <ctnn/io/safetensors_header.hpp>
#include <ctnn/io/tensor_entry.hpp>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ctnn {

/// The named tensors of a file in the safetensors format (https://github.com/huggingface/safetensors), all of
/// its rules checked. Owns the bytes that the entries point to.
class SafetensorsFile {
 public:
  SafetensorsFile(SafetensorsFile&&) = default;
  SafetensorsFile& operator=(SafetensorsFile&&) = default;

  const std::filesystem::path& source() const { return source_; }
  /// Sorted by name.
  const std::vector<TensorEntry>& entries() const { return entries_; }
  const Metadata& metadata() const { return metadata_; }

  /// The entry of that name, or null.
  const TensorEntry* find(std::string_view name) const {
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [](const TensorEntry& entry, std::string_view wanted) { return entry.name < wanted; });
    return found != entries_.end() && found->name == name ? &*found : nullptr;
  }

  friend SafetensorsFile parse_safetensors(std::vector<std::byte> bytes, std::filesystem::path source);

 private:
  SafetensorsFile() = default;

  std::filesystem::path source_;
  std::vector<std::byte> bytes_;
  std::vector<TensorEntry> entries_;
  Metadata metadata_;
};

namespace detail {

/// The header's text, once its length is known to be within the file.
[[gnu::cold]] inline std::string_view safetensors_header(const std::vector<std::byte>& bytes,
                                                         const std::filesystem::path& source) {
  if (bytes.empty()) throw FileError(source, "expected a safetensors file, found an empty file");
  if (bytes.size() < 8)
    throw FileError(source,
                    "expected 8 bytes with the header's length, found " + std::to_string(bytes.size()));
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  if (length > safetensors_header_limit)
    throw FileError(source, "the header: expected at most " + std::to_string(safetensors_header_limit) +
                                " bytes, found " + std::to_string(length) + "; is this a safetensors file?");
  if (length > bytes.size() - 8)
    throw FileError(source, "truncated: expected a header of " + std::to_string(length) + " bytes, found " +
                                std::to_string(bytes.size() - 8));
  const std::string_view header(reinterpret_cast<const char*>(bytes.data()) + 8,
                                static_cast<std::size_t>(length));
  if (!header.starts_with('{')) throw FileError(source, "the header: expected '{' as its first byte");
  // The JSON parser takes a zero byte for the end of the text.
  if (const auto zero = header.find('\0'); zero != header.npos)
    throw FileError(
        source, "the header is not JSON in UTF-8, at its byte " + std::to_string(zero + 1) + ": a zero byte");
  return header;
}

/// Checks that the entries, which are in the order of their offsets, fill `data_size` bytes without holes or
/// overlaps.
[[gnu::cold]] inline void check_offsets(const std::vector<HeaderEntry*>& entries, std::uint64_t data_size,
                                        const std::filesystem::path& source) {
  std::uint64_t end_before = 0;
  for (const HeaderEntry* each : entries) {
    const HeaderEntry& entry = *each;
    const std::uint64_t begin = (*entry.offsets)[0], end = (*entry.offsets)[1];
    const auto fail = [&source, key = quoted_key(entry.name)](const std::string& problem) {
      throw FileError(source, key + ": " + problem);
    };
    if (begin > end)
      fail("data_offsets: expected begin <= end, found [" + std::to_string(begin) + ", " +
           std::to_string(end) + "]");
    if (end > data_size)
      fail("truncated: expected data up to byte " + std::to_string(end) + ", found " +
           std::to_string(data_size) + " bytes of data");
    if (begin != end_before)
      fail("data_offsets: expected to begin at " + std::to_string(end_before) + ", found " +
           std::to_string(begin) + (begin < end_before ? " (overlaps the tensor before)" : " (a hole)"));
    const auto size = bytes_of(*entry.type, *entry.shape);
    const std::string type_and_shape =
        std::string(name_of(*entry.type)) + " of shape " +
        (entry.shape->size() > 16 ? std::to_string(entry.shape->size()) + " axes" : shape_text(*entry.shape));
    if (!size) fail("expected a size below 2^64 bytes, found " + type_and_shape);
    if (end - begin != *size)
      fail("expected " + std::to_string(*size) + " bytes for " + type_and_shape + ", found " +
           std::to_string(end - begin));
    end_before = end;
  }
  if (end_before != data_size)
    throw FileError(source, "expected the tensors to cover all data, found " +
                                std::to_string(data_size - end_before) + " bytes after the last one");
}

}  // namespace detail

/// Reads a file that is in memory; `source` names it in errors. Throws FileError.
[[gnu::cold]] inline SafetensorsFile parse_safetensors(std::vector<std::byte> bytes,
                                                       std::filesystem::path source) {
  SafetensorsFile result;
  result.source_ = std::move(source);
  result.bytes_ = std::move(bytes);
  const std::string_view header = detail::safetensors_header(result.bytes_, result.source_);
  detail::HeaderHandler handler(result.source_);
  std::vector<detail::HeaderEntry*> entries = detail::parse_header(header, handler, result.source_);
  const std::span<const std::byte> data(result.bytes_.data() + 8 + header.size(),
                                        result.bytes_.size() - 8 - header.size());
  detail::sort_entries(entries, false);
  detail::check_offsets(entries, data.size(), result.source_);
  detail::sort_entries(entries, true);

  result.metadata_ = std::move(handler.metadata);
  for (detail::HeaderEntry* entry : entries) {
    const auto begin = static_cast<std::size_t>((*entry->offsets)[0]);
    const auto end = static_cast<std::size_t>((*entry->offsets)[1]);
    result.entries_.push_back(
        {std::move(entry->name), *entry->type, std::move(*entry->shape), data.subspan(begin, end - begin)});
  }
  return result;
}

/// Reads a safetensors file. Throws FileError, which names the file, the key, what was expected and what was
/// found.
[[gnu::cold]] inline SafetensorsFile read_safetensors(const std::filesystem::path& path) {
  return parse_safetensors(read_file(path), path);
}

namespace detail {

/// The header for entries that are in the file's order.
[[gnu::cold]] inline std::string format_header(const std::vector<const TensorEntry*>& entries,
                                               const Metadata& metadata, const std::filesystem::path& path) {
  using Encoding = rapidjson::UTF8<>;
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer, Encoding, Encoding, rapidjson::CrtAllocator,
                    rapidjson::kWriteValidateEncodingFlag>
      json(buffer);
  const auto write = [&](std::string_view text) __attribute__((cold)) {
    if (!json.String(text.data(), static_cast<rapidjson::SizeType>(text.size())))
      throw FileError(path, "cannot write: " + quoted_key(text) + " is not UTF-8");
  };

  json.StartObject();
  if (!metadata.empty()) {
    write(metadata_key);
    json.StartObject();
    for (const auto& [key, value] : metadata) {
      write(key);
      write(value);
    }
    json.EndObject();
  }
  std::uint64_t begin = 0;
  for (const TensorEntry* entry : entries) {
    write(entry->name);
    json.StartObject();
    write("dtype");
    write(name_of(entry->type));
    write("shape");
    json.StartArray();
    for (const std::uint64_t extent : entry->shape) json.Uint64(extent);
    json.EndArray();
    write("data_offsets");
    json.StartArray();
    json.Uint64(begin);
    begin += entry->bytes.size();
    json.Uint64(begin);
    json.EndArray();
    json.EndObject();
  }
  json.EndObject();

  std::string header(buffer.GetString(), buffer.GetSize());
  header.resize((header.size() + 7) / 8 * 8, ' ');
  if (header.size() > safetensors_header_limit)
    throw FileError(path, "cannot write: the header exceeds 100 MB");
  return header;
}

/// Sorts by name, or as the reference implementation does: by descending type, then name.
[[gnu::cold]] inline void sort_entries(std::vector<const TensorEntry*>& entries, bool by_name) {
  std::sort(entries.begin(), entries.end(), [=](const TensorEntry* left, const TensorEntry* right) {
    return by_name || left->type == right->type ? left->name < right->name : left->type > right->type;
  });
}

[[gnu::cold]] inline void check_writable(const TensorEntry& entry, const std::filesystem::path& path) {
  if (entry.name == metadata_key)
    throw FileError(path, "cannot write: " + quoted_key(entry.name) + " is reserved by the format");
  const auto size = bytes_of(entry.type, entry.shape);
  if (!size || *size != entry.bytes.size())
    throw FileError(path, "cannot write: " + quoted_key(entry.name) + ": expected " +
                              (size ? std::to_string(*size) : "a size below 2^64") + " bytes for " +
                              std::string(name_of(entry.type)) + " of shape " + shape_text(entry.shape) +
                              ", found " + std::to_string(entry.bytes.size()));
}

}  // namespace detail

/// Writes the entries, in the order of the reference implementation (descending type, then name), so that
/// each tensor is aligned to its element type. The file appears whole or stays as it was (see AtomicFile).
/// Throws FileError, also for two entries of one name, a size that doesn't fit the shape, and a name or
/// metadata that is not UTF-8.
[[gnu::cold]] inline void write_safetensors(const std::filesystem::path& path,
                                            const std::vector<TensorEntry>& entries,
                                            const Metadata& metadata = {}) {
  std::vector<const TensorEntry*> ordered(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) ordered[i] = &entries[i];
  detail::sort_entries(ordered, true);
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    detail::check_writable(*ordered[i], path);
    if (i > 0 && ordered[i]->name == ordered[i - 1]->name)
      throw FileError(path, "cannot write: " + detail::quoted_key(ordered[i]->name) + " occurs twice");
  }
  detail::sort_entries(ordered, false);
  const std::string header = detail::format_header(ordered, metadata, path);
  std::byte length[8];
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<std::byte>(header.size() >> 8 * i & 255);
  AtomicFile file(path);
  file.write(std::span<const std::byte>(length));
  file.write(header);
  for (const TensorEntry* entry : ordered) file.write(entry->bytes);
  file.commit();
}

}  // namespace ctnn
