#pragma once
#include <ctnn/layers/identity.hpp>
#include <ctnn/layers/sequential.hpp>
#include <ctnn/ops/arithmetic.hpp>
#include <ctnn/ops/concat.hpp>

namespace ctnn {

namespace detail {
/// Complains of two branches that can't be put together.
constexpr Value branches_differ(Builder& builder, Value x, std::string_view rule, Value first, Value second) {
  return builder.fail(
      x, join(rule, ", they give ", Builder::sample_shape(first), " and ", Builder::sample_shape(second)));
}
}  // namespace detail

/// F(x) + Shortcut(x). Adds no name of its own to F's parameters; the shortcut's begin with "downsample".
template <class F, class Shortcut = Identity>
struct Residual {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value y = builder.part<F>(x);
    const Value around = [&] {
      if constexpr (std::is_same_v<Shortcut, Identity>)
        return x;
      else
        return builder.child<Shortcut>(1, "downsample", x);
    }();
    if (!builder.error().empty()) return x;
    if (y.shape() != around.shape())
      return detail::branches_differ(builder, x, "adds a branch and a shortcut of one shape", y, around);
    return y + around;
  }
};
template <class F, class Shortcut = Identity>
constexpr Residual<F, Shortcut> residual(F, Shortcut = {}) {
  return {};
}

/// The outputs of all branches, side by side along their first axis (channels, features).
template <class... Branches>
struct Concat {
  static constexpr Value lower(Builder& builder, Value x) {
    if constexpr (sizeof...(Branches) == 0) return builder.fail(x, "needs a branch");
    std::size_t index = 0;
    const Value outputs[]{builder.child<Branches>(index++, x)...};
    if (!builder.error().empty()) return x;
    for (const Value& y : outputs) {
      Extents aligned = y.shape();
      if (aligned.rank == outputs[0].shape().rank && aligned.rank > 1) aligned[1] = outputs[0].shape()[1];
      if (aligned.rank < 2 || aligned != outputs[0].shape())
        return detail::branches_differ(builder, x, "joins branches that differ in their first axis only",
                                       outputs[0], y);
    }
    return concat(outputs, 1);
  }
};

/// The sum of the outputs of all branches.
template <class... Branches>
struct Sum {
  static constexpr Value lower(Builder& builder, Value x) {
    if constexpr (sizeof...(Branches) == 0) return builder.fail(x, "needs a branch");
    std::size_t index = 0;
    const Value outputs[]{builder.child<Branches>(index++, x)...};
    if (!builder.error().empty()) return x;
    Value total = outputs[0];
    for (const Value& y : std::span(outputs).subspan(1)) {
      if (y.shape() != total.shape())
        return detail::branches_differ(builder, x, "adds branches of one shape", total, y);
      total = total + y;
    }
    return total;
  }
};

}  // namespace ctnn
