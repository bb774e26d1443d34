#pragma once
#include <algorithm>
#include <ctnn/bench/machine.hpp>
#include <ctnn/bench/task.hpp>
#include <ctnn/inspect/numbers.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace ctnn::bench {

/// What was measured of a task.
struct Result {
  std::string name;
  Work work;
  /// Seconds that no call can take less of, by the roofline; 0 where the work is not known.
  double bound = 0;
  Times independent{}, dependent{}, cold{};
  std::vector<std::pair<std::string, Times>> peers{};

  double flops_per_second() const { return static_cast<double>(work.flops) / independent.best(); }
};

struct Report {
  Machine machine;
  std::vector<Result> results{};
};

/// Measures one task: its calls and its peers' in turns, then cold ones.
inline Result measure(const Machine& machine, const Task& task, const Rounds& rounds) {
  Result result{task.name, task.work, task.work.bytes == 0 ? 0 : machine.bound(task.work)};
  std::vector<Job> jobs{task.independent};
  if (task.dependent) jobs.push_back(task.dependent);
  for (const PeerJob& peer : task.peers) jobs.push_back(peer.job);
  std::vector<Times> times = measure(jobs, rounds);
  std::size_t next = 0;
  result.independent = std::move(times[next++]);
  if (task.dependent) result.dependent = std::move(times[next++]);
  for (const PeerJob& peer : task.peers) result.peers.emplace_back(peer.name, std::move(times[next++]));
  if (task.cold) result.cold = measure_single(task.cold, rounds);
  return result;
}

namespace detail {

using Cells = std::vector<std::string>;

/// Prints rows in columns: the first to the left, the others to the right.
inline void print_columns(std::ostream& out, const std::vector<Cells>& rows) {
  // Bytes of UTF-8 that continue a character take no place.
  const auto width = [](const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  };
  std::vector<std::size_t> widths(rows.front().size());
  for (const Cells& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - width(row[i]), ' ');
      out << (i == 0 ? "" : "  ") << (i == 0 ? row[i] + space : space + row[i]);
    }
    out << '\n';
  }
}

/// Three digits and a unit: 14.1 us.
inline std::string short_time(double seconds) {
  if (seconds == 0) return "-";
  double number = seconds * 1e9;
  const char* unit = " ns";
  if (number >= 1e6)
    number *= 1e-6, unit = " ms";
  else if (number >= 1e3)
    number *= 1e-3, unit = " us";
  return fixed(number, number < 10 ? 2 : number < 100 ? 1 : 0) + unit;
}
inline std::string percent(double share) {
  return fixed(100 * share, 0) + " %";
}

}  // namespace detail

inline void print(std::ostream& out, const Machine& machine) {
  out << machine.instruction_set << "; peak " << fixed(machine.peak_float * 1e-9, 1) << " GFLOP/s in float, "
      << fixed(machine.peak_double * 1e-9, 1) << " in double; reads / writes in GB/s";
  for (const MemoryLevel& level : machine.levels)
    out << ' ' << level.name << ' ' << fixed(level.bytes_per_second * 1e-9, 0) << " / "
        << fixed(level.written_bytes_per_second * 1e-9, 0);
  out << "\n\n";
}

/// Prints the report as tables: what one call takes, and where there are peers, how it stands to them.
inline void print(std::ostream& out, const Report& report) {
  print(out, report.machine);
  std::vector<detail::Cells> rows{{"", "best", "median", "dependent", "cold", "GFLOP/s", "of peak",
                                   "flop/byte", "bound", "of bound", "workspace"}};
  std::vector<detail::Cells> compared{{"", "ours", "bound", "of bound", "best peer", "ours / peer", ""}};
  for (const Result& r : report.results) {
    using namespace detail;
    const double best = r.independent.best();
    const bool known = r.bound > 0;
    rows.push_back({r.name, short_time(best), short_time(r.independent.median()),
                    short_time(r.dependent.best()), short_time(r.cold.median()),
                    r.work.flops > 0 ? fixed(r.flops_per_second() * 1e-9, 1) : "-",
                    r.work.flops > 0 ? percent(r.flops_per_second() / report.machine.peak(r.work)) : "-",
                    known ? fixed(r.work.intensity(), 2) : "-", short_time(r.bound),
                    known ? percent(r.bound / best) : "-", grouped(r.work.workspace_bytes)});
    if (r.peers.empty()) continue;
    const auto& [peer, times] = *std::ranges::min_element(
        r.peers, {}, [](const std::pair<std::string, Times>& p) { return p.second.best(); });
    std::string all;
    for (const auto& [name, t] : r.peers)
      all += (all.empty() ? "" : ", ") + name + ' ' + short_time(t.best());
    compared.push_back({r.name, short_time(best), short_time(r.bound), known ? percent(r.bound / best) : "-",
                        peer, fixed(best / times.best(), 2), all});
  }
  detail::print_columns(out, rows);
  if (compared.size() == 1) return;
  out << '\n';
  detail::print_columns(out, compared);
}

}  // namespace ctnn::bench
