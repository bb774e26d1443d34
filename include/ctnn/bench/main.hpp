#pragma once
#include <ctnn/bench/options.hpp>
#include <ctnn/bench/parts.hpp>
#include <iostream>
#include <stdexcept>
#include <string_view>

namespace ctnn::bench {

namespace detail {

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
  return write_files(program, report, options) ? 0 : 1;
}

}  // namespace detail

/// The whole of a benchmark: measures the machine and then the parts, and prints a table. Give it to `main`:
/// `return ctnn::bench::main<ctnn::bench::Layer<MyLayer, ctnn::Shape<64>>>(argc, argv);`
/// Ends with 1, and a sentence, for a wrong command line and in a debug build, whose times say nothing; with
/// 2 for a peer that gives another result.
template <class... Parts>
int main(int argc, char** argv) {
#if defined(NDEBUG) && defined(__OPTIMIZE__)
  Options options;
  if (!parse(argc, argv, options)) {
    std::cerr << argv[0] << ' ' << usage;
    return 1;
  }
  try {
    std::vector<Task> tasks;
    (Parts::add(tasks, ""), ...);
    return detail::run(argv[0], tasks, options);
  } catch (const std::runtime_error& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 2;
  }
#else
  static_cast<void>(argc);
  std::cerr << argv[0] << ": this is a debug build, its times say nothing: compile with -O3 -DNDEBUG\n";
  return 1;
#endif
}

}  // namespace ctnn::bench
