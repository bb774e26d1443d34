#pragma once
#include <cmath>
#include <ctnn/bench/report.hpp>
#include <ctnn/inspect/numbers.hpp>
#include <ostream>
#include <string>
#include <string_view>

namespace ctnn::bench {

namespace detail {

/// Text inside of XML.
inline std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += c;
  }
  return result;
}

/// Shapes of a picture; coordinates are from its upper left corner.
class Svg {
 public:
  Svg(std::ostream& out, double width, double height) : out_(out) {
    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << fixed(width, 0) << "\" height=\""
        << fixed(height, 0) << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
        << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  }
  ~Svg() { out_ << "</svg>\n"; }
  Svg(const Svg&) = delete;
  Svg& operator=(const Svg&) = delete;

  void line(double x1, double y1, double x2, double y2, std::string_view color) {
    out_ << "<line x1=\"" << fixed(x1, 1) << "\" y1=\"" << fixed(y1, 1) << "\" x2=\"" << fixed(x2, 1)
         << "\" y2=\"" << fixed(y2, 1) << "\" stroke=\"" << color << "\"/>\n";
  }
  void bar(double x, double y, double width, double height, std::string_view color) {
    out_ << "<rect x=\"" << fixed(x, 1) << "\" y=\"" << fixed(y, 1) << "\" width=\"" << fixed(width, 1)
         << "\" height=\"" << fixed(height, 1) << "\" fill=\"" << color << "\"/>\n";
  }
  /// `title` is shown when the pointer is on it.
  void point(double x, double y, std::string_view title) {
    out_ << "<circle cx=\"" << fixed(x, 1) << "\" cy=\"" << fixed(y, 1)
         << "\" r=\"4\" fill=\"#1f5fa8\"><title>" << escaped(title) << "</title></circle>\n";
  }
  void text(double x, double y, std::string_view words, std::string_view anchor = "start") {
    out_ << "<text x=\"" << fixed(x, 1) << "\" y=\"" << fixed(y, 1) << "\" text-anchor=\"" << anchor << "\">"
         << escaped(words) << "</text>\n";
  }

 private:
  std::ostream& out_;
};

}  // namespace detail

/// Draws the tasks on the machine's rooflines in float: operations per second over operations per byte, both
/// axes logarithmic, a roof for each place that data come from. Work in double stands where it is.
inline void write_roofline(std::ostream& out, const Report& report) {
  constexpr double left = 60, top = 20, width = 640, height = 400;
  const Machine& machine = report.machine;
  double least = machine.peak_float / 1000, low = 0.1, high = 100;
  for (const Result& r : report.results) {
    if (r.work.flops == 0 || r.work.bytes == 0) continue;
    low = std::min(low, r.work.intensity() / 2);
    high = std::max(high, r.work.intensity() * 2);
    least = std::min(least, r.flops_per_second() / 2);
  }
  const double most = machine.peak_float * 2;
  const auto x = [&](double intensity) {
    return left + width * std::log(intensity / low) / std::log(high / low);
  };
  const auto y = [&](double rate) { return top + height * std::log(most / rate) / std::log(most / least); };

  detail::Svg svg(out, left + width + 40, top + height + 50);
  svg.line(left, top, left, top + height, "black");
  svg.line(left, top + height, left + width, top + height, "black");
  for (double tick = std::pow(10, std::ceil(std::log10(low))); tick <= high; tick *= 10)
    svg.text(x(tick), top + height + 16, fixed(tick, tick < 1 ? 2 : 0), "middle");
  for (double tick = std::pow(10, std::ceil(std::log10(least))); tick <= most; tick *= 10)
    svg.text(left - 6, y(tick) + 4, fixed(tick * 1e-9, tick < 1e9 ? 2 : 0), "end");
  svg.text(left + width / 2, top + height + 36, "operations per byte", "middle");
  svg.text(left + 4, top, "GFLOP/s");

  for (const MemoryLevel& level : machine.levels) {
    const double ridge = machine.peak_float / level.bytes_per_second;
    const double from = std::max(low, least / level.bytes_per_second), to = std::min(ridge, high);
    if (from >= to) continue;
    svg.line(x(from), y(from * level.bytes_per_second), x(to), y(to * level.bytes_per_second), "#999999");
    svg.text(x(from) + 4, y(from * level.bytes_per_second) - 8, level.name);
  }
  const double ridge = machine.peak_float / machine.levels.front().bytes_per_second;
  svg.line(x(std::clamp(ridge, low, high)), y(machine.peak_float), left + width, y(machine.peak_float),
           "#999999");
  for (const Result& r : report.results)
    if (r.work.flops > 0 && r.work.bytes > 0)
      svg.point(x(r.work.intensity()), y(r.flops_per_second()), r.name);
}

/// Draws what share of the bound each task and each of its peers reaches; without a bound, of the fastest.
inline void write_bars(std::ostream& out, const Report& report) {
  constexpr double left = 320, width = 400, row = 18;
  std::size_t rows = 0;
  for (const Result& r : report.results) rows += 1 + r.peers.size();
  detail::Svg svg(out, left + width + 80, row * static_cast<double>(rows) + 30);
  double y = 10;
  const auto draw = [&](const std::string& name, double share, std::string_view color) {
    svg.text(left - 8, y + 12, name, "end");
    svg.bar(left, y + 2, width * std::min(share, 1.1), row - 5, color);
    svg.text(left + width * std::min(share, 1.1) + 6, y + 12, detail::percent(share));
    y += row;
  };
  for (const Result& r : report.results) {
    double bound = r.bound;
    if (bound == 0) {
      bound = r.independent.best();
      for (const auto& [name, times] : r.peers) bound = std::min(bound, times.best());
    }
    draw(r.name, bound / r.independent.best(), "#1f5fa8");
    for (const auto& [name, times] : r.peers) draw(name, bound / times.best(), "#b0b0b0");
  }
  svg.line(left + width, 6, left + width, y, "black");
}

}  // namespace ctnn::bench
