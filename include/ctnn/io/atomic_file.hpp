#pragma once
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <ctnn/io/file_error.hpp>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace ctnn {

namespace detail {

[[gnu::cold]] inline std::string reason(int error) {
  return std::generic_category().message(error);
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, CloseFile>;

/// The file that `path` leads to through symbolic links, also when it doesn't exist yet.
[[gnu::cold]] inline std::filesystem::path follow_links(std::filesystem::path path) {
  std::error_code ignored;
  constexpr int as_many_as_linux_follows = 40;
  for (int i = 0; i < as_many_as_linux_follows && std::filesystem::is_symlink(path, ignored); ++i)
    path = path.parent_path() / std::filesystem::read_symlink(path, ignored);
  return path;
}

}  // namespace detail

/// A file that appears as a whole or not at all: what is written goes to a temporary file in the same folder,
/// and commit() renames it over the target. Until then, and after any failure, the target stays as it was,
/// and the destructor removes the temporary file. A symbolic link stays and what it leads to is replaced; an
/// existing file's permissions are kept. Everything that fails throws FileError with the target's name; a
/// target that is not a regular file, or has no write permission, is refused.
class AtomicFile {
 public:
  [[gnu::cold]] explicit AtomicFile(const std::filesystem::path& path)
      : path_(path), target_(detail::follow_links(path)) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::is_symlink(target_, error)) throw FileError(path_, "cannot write: too many symbolic links");
    const fs::file_status status = fs::status(target_, error);
    if (fs::exists(status)) {
      if (fs::is_directory(status)) throw FileError(path_, "cannot write: it is a directory");
      if (!fs::is_regular_file(status)) throw FileError(path_, "cannot write: it is not a regular file");
      constexpr auto writable = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
      if ((status.permissions() & writable) == fs::perms::none)
        throw FileError(path_, "cannot write: it is read-only");
    }
    open_temporary();
    if (fs::exists(status)) fs::permissions(temporary_, status.permissions(), error);
  }
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  [[gnu::cold]] ~AtomicFile() { discard(); }

  void write(std::span<const std::byte> bytes) { write(bytes.data(), bytes.size()); }
  void write(std::string_view text) { write(text.data(), text.size()); }

  /// Flushes to the disk and renames over the target. Nothing may be written afterwards.
  [[gnu::cold]] void commit() {
    if (std::fflush(file_.get()) != 0) fail(errno);
#if __has_include(<unistd.h>)
    if (::fsync(::fileno(file_.get())) != 0 && errno != EINVAL) fail(errno);
#endif
    if (std::fclose(file_.release()) != 0) fail(errno);
    std::error_code error;
    std::filesystem::rename(temporary_, target_, error);
    if (error) fail(error.value());
    temporary_.clear();
  }

 private:
  [[gnu::cold]] void open_temporary() {
    for (int attempt = 0;; ++attempt) {
      temporary_ = target_;
      temporary_ += ".tmp" + std::to_string(attempt);
      // "x" refuses a file that is there already: another writer's, or one left by a crash.
      file_.reset(std::fopen(temporary_.string().c_str(), "wbx"));
      if (file_) return;
      if (errno != EEXIST || attempt == 1000) {
        temporary_.clear();
        fail(errno);
      }
    }
  }
  [[gnu::cold]] void write(const void* bytes, std::size_t count) {
    if (count != 0 && std::fwrite(bytes, 1, count, file_.get()) != count) fail(errno);
  }
  [[noreturn, gnu::cold]] void fail(int error) {
    discard();
    throw FileError(path_, "cannot write: " + detail::reason(error));
  }
  [[gnu::cold]] void discard() noexcept {
    file_.reset();
    std::error_code ignored;
    if (!temporary_.empty()) std::filesystem::remove(temporary_, ignored);
    temporary_.clear();
  }

  std::filesystem::path path_, target_, temporary_;
  detail::OpenFile file_;
};

}  // namespace ctnn
