#pragma once
#include <cstddef>
#include <string_view>

namespace ctnn {

/// Why a minimisation ended.
enum class Stopped {
  gradient_small,      ///< no derivative exceeds the tolerance: a minimum, as a rule
  step_small,          ///< a step moved the variables by less than the tolerance
  iterations_used_up,  ///< the limit of iterations was reached first
  value_not_finite,    ///< the value or a derivative is infinite or not a number where it must be known
  direction_ascends,   ///< the method's direction does not lead down: the Hessian has a negative eigenvalue
  line_search_failed,  ///< no step along the direction was found that decreases the value enough
  unbounded,           ///< the variables grew beyond all numbers
};

constexpr std::string_view to_string(Stopped reason) {
  switch (reason) {
    case Stopped::gradient_small:
      return "the gradient is small";
    case Stopped::step_small:
      return "the step is small";
    case Stopped::iterations_used_up:
      return "the iterations are used up";
    case Stopped::value_not_finite:
      return "the value is not finite";
    case Stopped::direction_ascends:
      return "the direction ascends";
    case Stopped::line_search_failed:
      return "the line search failed";
    case Stopped::unbounded:
      return "the variables grow without bound";
  }
  return "unknown";
}

/// When a minimisation ends.
struct MinimizeOptions {
  double gradient_tolerance = 1e-8;  ///< for the largest absolute derivative
  double step_tolerance = 1e-14;     ///< for the length of a step, as a share of that of the variables
  std::size_t iterations = 200;
};

/// How often each was computed. Methods ask for the value and the gradient together.
struct Evaluations {
  std::size_t value = 0, gradient = 0, hessian = 0;
};

/// What a minimisation came to. True where it converged, that is where the gradient or the step became small.
struct Minimization {
  double value = 0;
  double gradient_norm = 0;  ///< the largest absolute derivative
  Stopped stopped = Stopped::iterations_used_up;
  std::size_t iterations = 0;
  Evaluations evaluations{};

  explicit operator bool() const {
    return stopped == Stopped::gradient_small || stopped == Stopped::step_small;
  }
};

/// The same, and where: `point` is a vector, or, of a formula, one number or tensor by variable.
template <class Point>
struct Minimum : Minimization {
  Point point;
};

}  // namespace ctnn
