#pragma once
#include <ctnn/minimize/bfgs.hpp>
#include <deque>
#include <functional>
#include <ranges>

namespace ctnn {

/// BFGS of the last `Memory` steps alone, in place of a matrix: for many variables. (Nocedal and Wright,
/// algorithms 7.4 and 7.5.)
template <std::size_t Memory = 10>
struct LBFGS {
  static_assert(Memory > 0, "ctnn: LBFGS remembers at least one step");
  WolfeConditions wolfe{};

  class Search {
   public:
    Search(const LBFGS&, std::size_t) {}

    void direction(auto&, const minimization::Iterate& now, std::span<double> result) {
      std::ranges::transform(now.gradient, result.begin(), std::negate{});
      for (Pair& pair : pairs_ | std::views::reverse) {
        pair.share = minimization::dot(pair.step.change, result) / pair.curvature;
        minimization::add_scaled(-pair.share, pair.step.gradient_change, result);
      }
      if (pairs_.empty()) return;
      const minimization::Vector& y = pairs_.back().step.gradient_change;
      for (double& x : result) x *= pairs_.back().curvature / minimization::dot(y, y);
      for (const Pair& pair : pairs_) {
        const double share = minimization::dot(pair.step.gradient_change, result) / pair.curvature;
        minimization::add_scaled(pair.share - share, pair.step.change, result);
      }
    }
    double first_step(const minimization::Iterate& now, double) const {
      return pairs_.empty() ? 1 / std::fmax(1, minimization::length(now.gradient)) : 1;
    }
    void learn(const minimization::Iterate& before, const minimization::Iterate& after) {
      minimization::Step step(before, after);
      if (!has_curvature(step)) return;
      if (pairs_.size() == Memory) pairs_.pop_front();
      const double curvature = minimization::dot(step.change, step.gradient_change);
      pairs_.push_back({std::move(step), curvature});
    }
    bool restart() { return !std::exchange(pairs_, {}).empty(); }

   private:
    struct Pair {
      minimization::Step step;
      double curvature, share = 0;
    };
    std::deque<Pair> pairs_;
  };
};

}  // namespace ctnn
