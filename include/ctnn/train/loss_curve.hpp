#pragma once
#include <algorithm>
#include <cmath>
#include <ctnn/inspect/numbers.hpp>
#include <ctnn/train/log.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ctnn {

namespace detail {

struct CurvePoint {
  double x, y;
};

/// One axis: its range, which ends on ticks, and the distance of two ticks: 1, 2 or 5 times a power of ten.
struct ChartAxis {
  double low, high, step;

  /// An axis that covers [from, to] with about `ticks` ticks.
  static ChartAxis covering(double from, double to, double ticks) {
    if (!(to - from > 1e-9 * std::max(std::abs(from), std::abs(to)))) {
      // One value alone stands in the middle.
      const double margin = from == 0 ? 1 : std::abs(from) / 2;
      from -= margin;
      to += margin;
    }
    const double raw = (to - from) / ticks;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    const double step = power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
    return {std::floor(from / step + 1e-9) * step, std::ceil(to / step - 1e-9) * step, step};
  }
  std::size_t ticks() const { return static_cast<std::size_t>(std::lround((high - low) / step)) + 1; }
  double tick(std::size_t i) const { return low + static_cast<double>(i) * step; }
  /// Where a number lies: 0 at the low end, 1 at the high one.
  double share(double number) const { return (number - low) / (high - low); }
  std::string label(double number) const {
    const double magnitude = std::max(std::abs(low), std::abs(high));
    if (magnitude >= 1e9 || step < 1e-6) {
      char digits[32];
      const auto end = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::general, 4);
      return {digits, end.ptr};
    }
    if (step >= 1 && number >= 0) return grouped(static_cast<std::size_t>(std::llround(number)));
    return fixed(number, step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  }
};

/// The chart's picture; lengths are in CSS pixels.
class Chart {
 public:
  Chart(const ChartAxis& across, const ChartAxis& up) : x_(across), y_(up) {
    svg_ =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 440\" width=\"720\" height=\"440\" "
        "font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"13\" fill=\"#333\">\n"
        "<title>Loss in training</title>\n"
        "<rect width=\"720\" height=\"440\" fill=\"#fff\"/>\n";
    for (std::size_t i = 0; i < up.ticks(); ++i) {
      const double at = row(up.tick(i));
      line(left, at, right, at, i == 0 ? "#333" : "#e4e4e4");
      text(left - 8, at + 4.5, "end", up.label(up.tick(i)));
    }
    for (std::size_t i = 0; i < across.ticks(); ++i) {
      const double at = column(across.tick(i));
      line(at, top, at, bottom, i == 0 ? "#333" : "#e4e4e4");
      text(at, bottom + 20, "middle", across.label(across.tick(i)));
    }
    text((left + right) / 2, bottom + 44, "middle", "samples seen");
    svg_ += "<text transform=\"translate(22 " + fixed((top + bottom) / 2, 1) +
            ") rotate(-90)\" text-anchor=\"middle\">mean loss</text>\n";
  }

  /// A line through the points, which are dots as well where there are few of them, and its entry of the
  /// legend.
  void series(const std::vector<CurvePoint>& points, std::string_view name, std::string_view colour) {
    if (points.empty()) return;
    const std::string paint(colour);
    svg_ += "<polyline fill=\"none\" stroke=\"" + paint +
            "\" stroke-width=\"2\" stroke-linejoin=\"round\" points=\"";
    for (const CurvePoint& p : points) svg_ += fixed(column(p.x), 1) + "," + fixed(row(p.y), 1) + " ";
    svg_ += "\"/>\n";
    constexpr std::size_t few = 60;
    if (points.size() <= few)
      for (const CurvePoint& p : points)
        svg_ += "<circle cx=\"" + fixed(column(p.x), 1) + "\" cy=\"" + fixed(row(p.y), 1) +
                "\" r=\"3\" fill=\"" + paint + "\"/>\n";
    const double at = top - 20;
    svg_ += "<rect x=\"" + fixed(legend_, 1) + "\" y=\"" + fixed(at - 6, 1) +
            "\" width=\"18\" height=\"3\" fill=\"" + paint + "\"/>\n";
    text(legend_ + 26, at, "start", name);
    legend_ += 150;
  }

  void note(std::string_view words) { text((left + right) / 2, (top + bottom) / 2, "middle", words); }
  std::string finish() && { return std::move(svg_) + "</svg>\n"; }

 private:
  static constexpr double left = 88, right = 670, top = 46, bottom = 380;

  double column(double x) const { return left + (right - left) * x_.share(x); }
  double row(double y) const { return bottom - (bottom - top) * y_.share(y); }
  void line(double x1, double y1, double x2, double y2, std::string_view colour) {
    svg_ += "<path d=\"M" + fixed(x1, 1) + " " + fixed(y1, 1) + "L" + fixed(x2, 1) + " " + fixed(y2, 1) +
            "\" stroke=\"" + std::string(colour) + "\"/>\n";
  }
  void text(double x, double y, std::string_view anchor, std::string_view words) {
    svg_ += "<text x=\"" + fixed(x, 1) + "\" y=\"" + fixed(y, 1) + "\" text-anchor=\"" + std::string(anchor) +
            "\">" + std::string(words) + "</text>\n";
  }

  ChartAxis x_, y_;
  std::string svg_;
  double legend_ = left;
};

}  // namespace detail

/// The loss of a training run, and of its validation where there was one, over the samples seen, as a line
/// chart in SVG. Reports whose loss is not finite, as a float, are left out.
inline std::string loss_curve(const TrainingLog& log) {
  std::vector<detail::CurvePoint> training, validation;
  double low = std::numeric_limits<double>::infinity(), high = -low, end = 0;
  const auto add = [&](std::vector<detail::CurvePoint>& points, std::size_t samples, double loss) {
    if (!std::isfinite(static_cast<float>(loss))) return;
    points.push_back({static_cast<double>(samples), loss});
    low = std::min(low, loss);
    high = std::max(high, loss);
    end = std::max(end, points.back().x);
  };
  for (const LogEntry& entry : log.entries) {
    add(training, entry.samples, entry.training_loss);
    if (entry.validation_loss) add(validation, entry.samples, *entry.validation_loss);
  }
  if (training.empty() && validation.empty()) low = 0, high = 1;
  detail::Chart chart(detail::ChartAxis::covering(0, std::max(end, 10.0), 6),
                      detail::ChartAxis::covering(low, high, 6));
  chart.series(training, "training loss", "#1f6fb4");
  chart.series(validation, "validation loss", "#d9541e");
  if (training.empty() && validation.empty()) chart.note("no report has a finite loss");
  return std::move(chart).finish();
}

/// Writes loss_curve(log) to a file, which appears as a whole or not at all. Throws FileError.
inline void save_loss_curve(const TrainingLog& log, const std::filesystem::path& path) {
  AtomicFile file(path);
  file.write(loss_curve(log));
  file.commit();
}

}  // namespace ctnn
