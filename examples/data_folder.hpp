#pragma once
#include <cstdlib>
#include <ctnn/inspect/numbers.hpp>
#include <filesystem>
#include <iostream>

/// Where a data set is: the program's first argument, or else the folder `name` in $CTNN_DATA, or in
/// ../shared/data beside the source tree. When it isn't there, says so and ends the program with 77: skipped,
/// to Meson.
inline std::filesystem::path data_folder(int argc, char** argv, const std::filesystem::path& name) {
  std::filesystem::path folder = std::filesystem::path("..") / "shared" / "data" / name;
#ifdef CTNN_SOURCE_ROOT
  folder = CTNN_SOURCE_ROOT / folder;
#endif
  if (const char* data = std::getenv("CTNN_DATA")) folder = data / name;
  if (argc > 1) folder = argv[1];
  if (std::filesystem::is_directory(folder)) return folder;
  std::cerr << "skipped: there is no folder " << folder.string() << " (give it as the argument)\n";
  std::exit(77);
}

/// The program's end: whether the accuracy that was reached is the one that was to be.
inline int verdict(double accuracy, double bound) {
  std::cout << "accuracy " << ctnn::fixed(100 * accuracy, 1) << " %, at least " << ctnn::fixed(100 * bound, 1)
            << " % expected\n";
  return accuracy >= bound ? 0 : 1;
}
