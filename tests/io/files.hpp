#pragma once
#include <cstddef>
#include <ctnn/io/file_error.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

/// A new folder, removed at the end of the test.
struct TemporaryFolder {
  std::filesystem::path path = parent() / ("ctnn-test-" + std::to_string(std::random_device{}()));

  // In memory where there is such a place: some tests write a file ten thousand times.
  static std::filesystem::path parent() {
    const std::filesystem::path memory = "/dev/shm";
    return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
  }

  TemporaryFolder() { std::filesystem::create_directory(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path); }

  std::ptrdiff_t file_count() const {
    return std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator());
  }
};

inline std::vector<std::byte> as_bytes(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

inline void write(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the FileError that `action` throws says; empty when it throws none. Anything else passes through.
template <class Action>
std::string message(Action action) {
  try {
    action();
  } catch (const ctnn::FileError& error) {
    return error.what();
  }
  return "";
}
