#pragma once
#include <ctnn/minimize/line_search.hpp>
#include <ctnn/minimize/objective.hpp>
#include <utility>

namespace ctnn {

/// A way to minimise. Its `Search` lives as long as one minimisation: made from the method and the dimension,
///   direction(objective, now, result)  writes where to go from the iterate `now`
///   first_step(now, slope)             is the length along it to try first
///   learn(before, after)               is told of each step
///   restart()                          if there is one, forgets what was learnt; false if that is nothing
/// A method with `wolfe` conditions searches along the direction; one without takes the step as it is.
template <class M>
concept MinimizationMethod = requires(typename M::Search& search, const minimization::Iterate& iterate) {
  requires std::constructible_from<typename M::Search, const M&, std::size_t>;
  search.learn(iterate, iterate);
};

namespace minimization {

/// Goes from `now` to `next`. False if it can't, and then `reason` says why.
template <class F, class Method, class Search>
bool advance(Counted<F>& objective, const Method& method, Search& search, const Iterate& now, Iterate& next,
             Stopped& reason) {
  Vector direction(now.x.size());
  const auto go = [&](double step) {
    next.x = now.x;
    add_scaled(step, direction, next.x);
    objective.evaluate(next);
  };
  for (;;) {
    search.direction(objective, now, direction);
    const double slope = dot(direction, now.gradient);
    reason = Stopped::value_not_finite;
    if (!std::isfinite(slope)) return false;
    if constexpr (requires { method.wolfe; }) {
      reason = Stopped::direction_ascends;
      if (slope < 0) {
        const auto along = [&](double step) {
          go(step);
          return LinePoint{step, next.value, dot(direction, next.gradient)};
        };
        const LinePoint start{0, now.value, slope};
        const double first = search.first_step(now, slope);
        if (strong_wolfe(along, start, first, method.wolfe, Counted<F>::epsilon).step > 0) return true;
        reason = Stopped::line_search_failed;
      }
    } else {
      go(search.first_step(now, slope));
      return next.is_finite();
    }
    bool again = false;
    if constexpr (requires { search.restart(); }) again = search.restart();
    if (!again) return false;
  }
}

/// Minimises from x, and leaves there what it came to.
template <Objective F, MinimizationMethod Method>
Minimization descend(F& function, std::span<double> x, const Method& method, const MinimizeOptions& options) {
  Counted<F> objective(function);
  typename Method::Search search(method, x.size());
  Iterate now{Vector(x.begin(), x.end()), {}}, next;
  std::size_t iterations = 0;
  const auto finish = [&](Stopped reason) {
    std::ranges::copy(now.x, x.begin());
    return Minimization{now.value, largest(now.gradient), reason, iterations, objective.evaluations()};
  };
  const auto is_flat = [&] { return largest(now.gradient) <= options.gradient_tolerance; };

  objective.evaluate(now);
  if (!now.is_finite()) return finish(Stopped::value_not_finite);
  if (is_flat()) return finish(Stopped::gradient_small);
  while (iterations < options.iterations) {
    Stopped reason{};
    if (!advance(objective, method, search, now, next, reason)) return finish(reason);
    ++iterations;
    search.learn(now, next);
    std::swap(now, next);
    if (is_flat()) return finish(Stopped::gradient_small);
    add_scaled(-1, now.x, next.x);
    const double size = length(now.x);
    if (!std::isfinite(size)) return finish(Stopped::unbounded);
    if (length(next.x) <= options.step_tolerance * size) return finish(Stopped::step_small);
  }
  return finish(Stopped::iterations_used_up);
}

}  // namespace minimization
}  // namespace ctnn
