#pragma once
#include <cstdlib>
#include <ctnn/bench/json.hpp>
#include <ctnn/bench/parts.hpp>
#include <ctnn/bench/report.hpp>
#include <fstream>
#include <iostream>
#include <string_view>

namespace ctnn::bench {

/// What a benchmark's command line says.
struct Options {
  std::string_view filter{};  ///< tasks whose names contain it
  std::string json{};         ///< a file to write
  Rounds rounds{};
};

namespace detail {

inline constexpr std::string_view usage =
    "[part of a task's name] [--json FILE] [--rounds N] [--milliseconds of a round]\n";

/// The options of a command line; false for one that says something else. (A library for this would take
/// longer to compile than all else in a small benchmark.)
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

inline int run(std::string_view program, const std::vector<Task>& tasks, const Options& options) {
  Report report{measure_machine()};
  for (const Task& task : tasks)
    if (task.name.find(options.filter) != std::string::npos)
      report.results.push_back(measure(report.machine, task, options.rounds));
  if (report.results.empty()) {
    std::cerr << program << ": no task's name contains " << options.filter << '\n';
    return 1;
  }
  print(std::cout, report);
  if (options.json.empty()) return 0;
  std::ofstream file(options.json);
  write_json(file, report);
  file.close();
  if (!file) std::cerr << program << ": can't write " << options.json << '\n';
  return file ? 0 : 1;
}

}  // namespace detail

/// The whole of a benchmark: measures the machine and then the parts, and prints a table. Give it to `main`:
/// `return ctnn::bench::main<ctnn::bench::Layer<MyLayer, ctnn::Shape<64>>>(argc, argv);`
/// Ends with 1, and a sentence, for a wrong command line and in a debug build, whose times say nothing.
template <class... Parts>
int main(int argc, char** argv) {
#if defined(NDEBUG) && defined(__OPTIMIZE__)
  Options options;
  if (!detail::parse(argc, argv, options)) {
    std::cerr << argv[0] << ' ' << detail::usage;
    return 1;
  }
  std::vector<Task> tasks;
  (Parts::add(tasks, ""), ...);
  return detail::run(argv[0], tasks, options);
#else
  static_cast<void>(argc);
  std::cerr << argv[0] << ": this is a debug build, its times say nothing: compile with -O3 -DNDEBUG\n";
  return 1;
#endif
}

}  // namespace ctnn::bench
