#pragma once
#include <cstdlib>
#include <ctnn/bench/json.hpp>
#include <ctnn/bench/report.hpp>
#include <ctnn/bench/svg.hpp>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

namespace ctnn::bench {

/// What a benchmark's command line says.
struct Options {
  std::string filter{};  ///< tasks whose names contain it
  std::string json{};    ///< a file to write
  std::string svg{};     ///< a folder to write roofline.svg and bars.svg to
  Rounds rounds{};
};

/// What a program prints that was called otherwise, behind its name.
inline constexpr std::string_view usage =
    "[part of a task's name] [--json FILE] [--svg FOLDER] [--rounds N] [--milliseconds of a round]\n";

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
    if (argument == "--json" || argument == "--svg") {
      (argument == "--json" ? options.json : options.svg) = argv[i];
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
  const auto write = [&](const std::string& name, auto how) {
    std::ofstream file(name);
    how(file, report);
    file.close();
    if (!file) std::cerr << program << ": can't write " << name << '\n';
    return !file.fail();
  };
  return (options.json.empty() || write(options.json, write_json)) &&
         (options.svg.empty() || (write(options.svg + "/roofline.svg", write_roofline) &&
                                  write(options.svg + "/bars.svg", write_bars)));
}

}  // namespace ctnn::bench
