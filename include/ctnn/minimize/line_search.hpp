#pragma once
#include <cmath>
#include <cstddef>
#include <limits>

namespace ctnn {

/// What a step of a line search must fulfil, the strong Wolfe conditions: the value falls by at least
/// `decrease` of what the slope promises, and the slope falls to at most `curvature` of what it was.
struct WolfeConditions {
  double decrease = 1e-4;
  double curvature = 0.9;
  std::size_t evaluations = 30;  ///< the most that one search may take
};

namespace minimization {

/// A function of a step's length: its value and its slope there.
struct LinePoint {
  double step = 0, value = 0, slope = 0;

  bool is_finite() const { return std::isfinite(value) && std::isfinite(slope); }
};

/// The minimum of the cubic through two points with their slopes; not a number where there is none.
inline double cubic_minimum(const LinePoint& a, const LinePoint& b) {
  const double between = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step);
  const double root = std::copysign(std::sqrt(between * between - a.slope * b.slope), b.step - a.step);
  return b.step - (b.step - a.step) * (b.slope + root - between) / (b.slope - a.slope + 2 * root);
}

/// A step that fulfils the strong Wolfe conditions, by bracketing and zooming in: Nocedal and Wright,
/// Numerical Optimization, 2nd edition, algorithms 3.5 and 3.6, with cubic interpolation. `at(step)` gives
/// the LinePoint there; `start` is that of step 0, whose slope is negative. Differences of values that
/// rounding, by `epsilon` of them, may have made count for nothing, so that the slopes alone lead on to the
/// minimum. Where the function is not finite it is taken for larger than anywhere else. The last point that
/// was asked for is the one returned; its step is 0 if there is none.
template <class Function>
LinePoint strong_wolfe(const Function& at, const LinePoint& start, double first_step,
                       const WolfeConditions& conditions,
                       double epsilon = std::numeric_limits<double>::epsilon()) {
  const double rounding = 16 * epsilon * std::abs(start.value);
  const auto is_high = [&](const LinePoint& point, const LinePoint& low) {
    return !point.is_finite() ||
           point.value > start.value + conditions.decrease * point.step * start.slope + rounding ||
           point.value > low.value + rounding;
  };
  const auto is_flat = [&](const LinePoint& point) {
    return std::abs(point.slope) <= -conditions.curvature * start.slope;
  };

  LinePoint low = start, high, now;
  bool bracketed = false;
  std::size_t zooms = 0;
  double step = first_step;
  for (std::size_t n = 0; n < conditions.evaluations; ++n) {
    now = at(step);
    if (is_high(now, low)) {
      high = now;
      bracketed = true;
    } else if (is_flat(now)) {
      return now;
    } else {
      // The minimum is between a point that slopes down towards another, and that other.
      const double ahead = bracketed ? high.step - low.step : now.step - low.step;
      if (now.slope * ahead >= 0) {
        high = low;
        bracketed = true;
      }
      const LinePoint before = low;
      low = now;
      if (!bracketed) {
        const double guess = cubic_minimum(before, now), grown = now.step - before.step;
        step = std::isfinite(guess)
                   ? std::fmin(std::fmax(guess, now.step + 0.1 * grown), now.step + 9 * grown)
                   : now.step + 4 * grown;
        continue;
      }
    }
    const double width = high.step - low.step;
    step = low.step + 0.5 * width;
    if (!high.is_finite()) {
      step = low.step + 0.2 * width;
    } else if (++zooms % 4 == 0) {
      // Halved now and then, the interval shrinks however badly the cubic fits.
    } else if (const double share = (cubic_minimum(low, high) - low.step) / width; share > 0 && share < 1) {
      step = low.step + std::fmin(std::fmax(share, 0.05), 0.95) * width;
    }
    if (step == low.step || step == high.step) break;
  }
  // Not flat enough, but lower.
  if (low.step == 0 || low.value >= start.value) return start;
  return low.step == now.step ? now : at(low.step);
}

}  // namespace minimization
}  // namespace ctnn
