#pragma once
#include <algorithm>
#include <cmath>
#include <ctnn/core/random.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace ctnn {

/// How derivatives are compared with central differences: entries differ when |analytic - numerical| exceeds
/// atol + rtol · |numerical|.
struct GradcheckOptions {
  double eps = 1e-6;  ///< the step, in each element of each variable; a share of elements beyond 1
  double atol = 1e-5;
  double rtol = 1e-3;
  std::size_t num_checks = 0;  ///< so many entries, drawn at random; 0 for all
  Seed seed{};
};

/// What a check of derivatives found. `variable` and `element` say where they disagree most, as a multiple of
/// what is tolerated: `worst`, which is more than 1, or not a number, when the check failed.
struct GradcheckResult {
  std::string_view variable{};
  std::size_t element = 0;
  double analytic = 0, numerical = 0, worst = 0;
  std::size_t checked = 0;

  explicit operator bool() const { return worst <= 1; }
};

/// Some of the numbers that a function depends on, and their name.
struct MovableVariable {
  std::string_view name;
  std::span<double> elements;
};

/// Compares analytic(i, e), the derivatives of some numbers by element e of variable i, with the differences
/// of values(), those numbers where the variables are.
GradcheckResult compare_with_differences(std::span<const MovableVariable> variables,
                                         const GradcheckOptions& options, auto values, auto analytic) {
  GradcheckResult result;
  const auto check = [&](std::size_t variable, std::size_t element) {
    const std::vector<double> expected = analytic(variable, element);
    double& moved = variables[variable].elements[element];
    const double kept = moved;
    // A step must be seen beside a large number.
    const double step = options.eps * std::max(1.0, std::abs(kept));
    moved = kept + step;
    const std::vector<double> ahead = values();
    moved = kept - step;
    const std::vector<double> behind = values();
    moved = kept;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double numerical = (ahead[i] - behind[i]) / (2 * step);
      const double share =
          std::abs(expected[i] - numerical) / (options.atol + options.rtol * std::abs(numerical));
      // A NaN is worse than any number, and stays the worst.
      if (!(share <= result.worst) && !std::isnan(result.worst))
        result = {variables[variable].name, element, expected[i], numerical, share, result.checked};
    }
    ++result.checked;
  };

  std::size_t elements = 0;
  for (const MovableVariable& variable : variables) elements += variable.elements.size();
  Random random(options.seed);
  const bool all = options.num_checks == 0 || options.num_checks >= elements;
  for (std::size_t n = 0; n < (all ? elements : options.num_checks); ++n) {
    std::size_t element = all ? n : static_cast<std::size_t>(random.below(elements)), variable = 0;
    for (; element >= variables[variable].elements.size(); ++variable)
      element -= variables[variable].elements.size();
    check(variable, element);
  }
  return result;
}

}  // namespace ctnn
