#pragma once
#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <ctnn/io/atomic_file.hpp>
#include <ctnn/io/file_error.hpp>
#include <filesystem>
#include <limits>
#include <system_error>
#include <vector>

namespace ctnn {

/// All bytes of a file, or of what a pipe gives. Throws FileError when it is missing, a directory,
/// unreadable, or longer than `limit`.
[[gnu::cold]] inline std::vector<std::byte> read_file(
    const std::filesystem::path& path, std::size_t limit = std::numeric_limits<std::size_t>::max()) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw FileError(path, "expected a file, found a directory");
  const detail::OpenFile file(std::fopen(path.string().c_str(), "rb"));
  if (!file) throw FileError(path, "cannot read: " + detail::reason(errno));

  const std::uintmax_t known_size = std::filesystem::file_size(path, error);
  std::vector<std::byte> bytes(error ? 0 : static_cast<std::size_t>(known_size) + 1);
  std::size_t used = 0;
  for (;;) {
    // One byte more than the size shows the end without a second, larger block.
    if (used == bytes.size()) bytes.resize(std::max<std::size_t>(65'536, 2 * used));
    const std::size_t count = std::fread(bytes.data() + used, 1, bytes.size() - used, file.get());
    used += count;
    if (used > limit)
      throw FileError(path, "expected at most " + std::to_string(limit) + " bytes, found more");
    if (count == 0) break;
  }
  if (std::ferror(file.get())) throw FileError(path, "cannot read: " + detail::reason(errno));
  bytes.resize(used);
  return bytes;
}

}  // namespace ctnn
