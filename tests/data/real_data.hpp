#pragma once
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>

/// A folder or file of the data that is not part of the project: in $CTNN_DATA, or beside the source tree.
/// When it is not there the test says so and does nothing.
inline std::optional<std::filesystem::path> real_data(const std::filesystem::path& name) {
  namespace fs = std::filesystem;
  fs::path folder = fs::path("..") / "shared" / "data";
#ifdef CTNN_SOURCE_ROOT
  folder = fs::path(CTNN_SOURCE_ROOT) / folder;
#endif
  if (const char* given = std::getenv("CTNN_DATA")) folder = given;
  if (fs::exists(folder / name)) return folder / name;
  WARN("skipped: " << (folder / name).string() << " is not there");
  return std::nullopt;
}
