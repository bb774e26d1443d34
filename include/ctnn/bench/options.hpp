#pragma once
#include <cstdlib>
#include <ctnn/bench/json.hpp>
#include <ctnn/bench/report.hpp>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

namespace ctnn::bench {

/// What a benchmark's command line says.
struct Options {
  std::string_view filter{};  ///< tasks whose names contain it
  std::string json{};         ///< a file to write
  Rounds rounds{};
};

/// What a program prints that was called otherwise, behind its name.
inline constexpr std::string_view usage =
    "[part of a task's name] [--json FILE] [--rounds N] [--milliseconds of a round]\n";

/// Reads the options of a command line; false for one that says something else. (A library for this would
/// take longer to compile than all else in a small benchmark.)
inline bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with("--")) {
      options.filter = argument;
      continue;
    }
    if (++i == argc) return false;
    if (argument == "--json") {
      options.json = argv[i];
      continue;
    }
    char* end = nullptr;
    const double number = std::strtod(argv[i], &end);
    if (*end != '\0' || !(number > 0)) return false;
    if (argument == "--rounds" && number >= 1)
      options.rounds.count = static_cast<std::size_t>(number);
    else if (argument == "--milliseconds")
      options.rounds.seconds = number * 1e-3;
    else
      return false;
  }
  return true;
}

/// Writes the files that the options ask for; false, after a sentence to std::cerr, if one can't be written.
inline bool write_files(std::string_view program, const Report& report, const Options& options) {
  if (options.json.empty()) return true;
  std::ofstream file(options.json);
  write_json(file, report);
  file.close();
  if (!file) std::cerr << program << ": can't write " << options.json << '\n';
  return !file.fail();
}

}  // namespace ctnn::bench
