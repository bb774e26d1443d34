#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>

struct Options {
  std::filesystem::path data;
  std::size_t epochs = 2;
  std::uint64_t seed = 0;
};

/// Ends the program when asked for help, and with a message for arguments that it doesn't understand.
Options parse_options(int argc, char** argv);
