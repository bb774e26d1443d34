#pragma once
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ctnn {

/// A file that cannot be read or written: what() is one sentence, "file: what is wrong", with the key or
/// record, what was expected and what was found.
class FileError : public std::runtime_error {
 public:
  [[gnu::cold]] FileError(const std::filesystem::path& file, std::string_view problem)
      : std::runtime_error(file.string() + ": " + std::string(problem)), file_(file) {}

  const std::filesystem::path& file() const noexcept { return file_; }

 private:
  std::filesystem::path file_;
};

}  // namespace ctnn
