#pragma once
#include <algorithm>
#include <cmath>
#include <ctnn/bench/report.hpp>
#include <ctnn/inspect/numbers.hpp>
#include <numbers>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

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
  /// White around the letters keeps them readable on a line.
  void text(double x, double y, std::string_view words, std::string_view anchor = "start") {
    out_ << "<text x=\"" << fixed(x, 1) << "\" y=\"" << fixed(y, 1) << "\" text-anchor=\"" << anchor
         << "\" stroke=\"white\" stroke-width=\"3\" paint-order=\"stroke\">" << escaped(words) << "</text>\n";
  }

 private:
  std::ostream& out_;
};

/// About the width of the longest of the names, drawn.
inline double longest(const auto& names) {
  std::size_t letters = 0;
  for (const std::string& name : names) letters = std::max(letters, name.size());
  return 7.5 * static_cast<double>(letters);
}

/// Finds places for small labels beside points, so that none covers a point or another label.
class Labels {
 public:
  struct Place {
    double x, y;
  };
  explicit Labels(std::vector<Place> points) : taken_(std::move(points)) {}

  /// The middle of a label for the point, as near as there is room.
  Place beside(const Place& point) {
    for (double radius = 13;; radius += 7)
      for (int direction = 0; direction < 16; ++direction) {
        const double angle = direction * std::numbers::pi / 8;
        const Place place{point.x + radius * std::cos(angle), point.y - radius * std::sin(angle)};
        const auto covers = [&](const Place& other) {
          return std::abs(other.x - place.x) < 15 && std::abs(other.y - place.y) < 12;
        };
        // What is far from the point is no label of it.
        if (radius < 80 && std::ranges::any_of(taken_, covers)) continue;
        taken_.push_back(place);
        return place;
      }
  }

 private:
  std::vector<Place> taken_;
};

}  // namespace detail

/// Draws the tasks, numbered, on the machine's rooflines in float: operations per second over operations per
/// byte, both axes logarithmic, a roof for each place that data come from. Work in double stands where it is.
inline void write_roofline(std::ostream& out, const Report& report) {
  constexpr double left = 60, top = 30, width = 640, height = 400, row = 16;
  // What does next to nothing but move data has no place on a logarithmic axis.
  std::vector<const Result*> drawn;
  std::vector<std::string> names;
  for (const Result& r : report.results)
    if (r.work.bytes > 0 && r.work.intensity() > 0.01) drawn.push_back(&r), names.push_back(r.name);
  const Machine& machine = report.machine;
  double least = machine.peak_float / 1000, low = 0.1, high = 100;
  for (const Result* r : drawn) {
    low = std::min(low, r->work.intensity() / 2);
    high = std::max(high, r->work.intensity() * 2);
    least = std::min(least, r->flops_per_second() / 2);
  }
  const double most = machine.peak_float * 2;
  const auto x = [&](double intensity) {
    return left + width * std::log(intensity / low) / std::log(high / low);
  };
  const auto y = [&](double rate) { return top + height * std::log(most / rate) / std::log(most / least); };

  const double legend = row * static_cast<double>(drawn.size());
  detail::Svg svg(out, left + width + 60 + detail::longest(names), top + std::max(height, legend) + 50);
  svg.line(left, top, left, top + height, "black");
  svg.line(left, top + height, left + width, top + height, "black");
  for (double tick = std::pow(10, std::ceil(std::log10(low))); tick <= high; tick *= 10)
    svg.text(x(tick), top + height + 16, fixed(tick, tick < 1 ? 2 : 0), "middle");
  for (double tick = std::pow(10, std::ceil(std::log10(least))); tick <= most; tick *= 10)
    svg.text(left - 6, y(tick) + 4, fixed(tick * 1e-9, tick < 1e9 ? 2 : 0), "end");
  svg.text(left + width / 2, top + height + 36, "operations per byte", "middle");
  svg.text(left - 40, top - 12, "GFLOP/s");

  for (const MemoryLevel& level : machine.levels) {
    const double ridge = machine.peak_float / level.bytes_per_second;
    const double from = std::max(low, least / level.bytes_per_second), to = std::min(ridge, high);
    if (from >= to) continue;
    svg.line(x(from), y(from * level.bytes_per_second), x(to), y(to * level.bytes_per_second), "#999999");
    // Right of where the line starts, which rises.
    svg.text(x(from) + 18, std::min(y(from * level.bytes_per_second) + 8, top + height - 4), level.name);
  }
  const double ridge = machine.peak_float / machine.levels.front().bytes_per_second;
  svg.text(left + width - 4, y(machine.peak_float) - 6, "peak", "end");
  svg.line(x(std::clamp(ridge, low, high)), y(machine.peak_float), left + width, y(machine.peak_float),
           "#999999");

  std::vector<detail::Labels::Place> points;
  for (const Result* r : drawn) points.push_back({x(r->work.intensity()), y(r->flops_per_second())});
  detail::Labels labels(points);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    svg.point(points[i].x, points[i].y, drawn[i]->name);
    const auto place = labels.beside(points[i]);
    svg.text(place.x, place.y + 4, number, "middle");
    svg.text(left + width + 44, top + row * static_cast<double>(i) + 12, number, "end");
    svg.text(left + width + 52, top + row * static_cast<double>(i) + 12, drawn[i]->name);
  }
}

/// Draws what share of the bound each task and each of its peers reaches; without a bound, of the fastest.
inline void write_bars(std::ostream& out, const Report& report) {
  constexpr double width = 400, row = 18, top = 24;
  std::vector<std::string> names;
  for (const Result& r : report.results) {
    names.push_back(r.name);
    for (const auto& peer : r.peers) names.push_back(peer.first);
  }
  const double left = 16 + detail::longest(names), height = row * static_cast<double>(names.size());
  detail::Svg svg(out, left + width + 150, top + height + 10);
  svg.line(left + width, top, left + width, top + height, "black");
  svg.text(left + width, top - 8, "100 % of the bound", "middle");
  double y = top;
  const auto draw = [&](const std::string& name, double bound, const Times& times, std::string_view color) {
    const double share = bound / times.best(), length = width * std::min(share, 1.1);
    svg.text(left - 8, y + 13, name, "end");
    svg.bar(left, y + 2, length, row - 4, color);
    svg.text(left + length + 6, y + 13, detail::percent(share) + ", " + detail::short_time(times.best()));
    y += row;
  };
  for (const Result& r : report.results) {
    double bound = r.bound;
    if (bound == 0) {
      bound = r.independent.best();
      for (const auto& [name, times] : r.peers) bound = std::min(bound, times.best());
    }
    draw(r.name, bound, r.independent, "#1f5fa8");
    for (const auto& [name, times] : r.peers) draw(name, bound, times, "#b0b0b0");
  }
}

}  // namespace ctnn::bench
