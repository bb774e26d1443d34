#pragma once
#include <ctnn/ops/convolution.hpp>
#include <ctnn/ops/functions.hpp>
#include <ctnn/ops/piecewise.hpp>
#include <limits>

namespace ctnn {
namespace detail {

/// A window over each plane of [batch, channels, height, width]; attributes as those of a convolution.
struct Pooling : ConvolutionForm {
  static constexpr PoolingSizes sizes(const Signature& s) {
    return {s.operands[0][0] * s.operands[0][1],
            {s.attributes.integers[9], s.attributes.integers[10]},
            window(s.attributes)};
  }
  /// Whether there are positions along an axis, none of which covers padding alone.
  static constexpr bool covers(std::size_t extent, std::size_t positions, std::size_t kernel,
                               std::size_t stride, std::size_t padding, std::size_t dilation) {
    for (std::size_t p = 0; p < positions; ++p) {
      std::size_t taps = 0;
      for (std::size_t k = 0; k < kernel; ++k) taps += p * stride + k * dilation - padding < extent;
      if (taps == 0) return false;
    }
    return positions > 0;
  }
  static constexpr Extents pooled(const Signature& s, Text& error) {
    const Pair output = sizes(s).output(), image = sizes(s).image;
    const Window w = window(s.attributes);
    if (s.operands[0].rank != 4 ||
        !covers(image.height, output.height, w.kernel.height, w.stride.height, w.padding.height,
                w.dilation.height) ||
        !covers(image.width, output.width, w.kernel.width, w.stride.width, w.padding.width,
                w.dilation.width)) {
      error += join("cannot pool ", s.operands[0], " by windows ", Extents{w.kernel.height, w.kernel.width},
                    " with padding ", Extents{w.padding.height, w.padding.width});
      return s.operands[0];
    }
    return {s.operands[0][0], s.operands[0][1], output.height, output.width};
  }
  /// Calls visit(output, input, first) for every element that each window covers, as flat indices.
  static constexpr void for_each(const PoolingSizes& s, auto visit) {
    const ConvolutionSizes form{s.planes, 1, 1, 1, s.image, s.window};
    std::size_t previous = static_cast<std::size_t>(-1);
    ConvolutionForm::for_each(form, [&](std::size_t output, std::size_t input, std::size_t) {
      visit(output, input, output != previous);
      previous = output;
    });
  }
  static constexpr std::size_t flops(const Signature& s) {
    return sizes(s).planes * sizes(s).output().height * sizes(s).output().width * sizes(s).window.area();
  }
};

/// Of max_pool(x): the derivative along a direction picks, and its transpose adds to, the first of the
/// largest elements of each window, or the last NaN, as in PyTorch. Operands are x and the direction or
/// upstream.
struct MaxPoolDerivative : Pooling {
  /// Calls visit(output, input) for what each window picks.
  template <class T>
  static constexpr void for_each_picked(const Signature& s, const T* x, auto visit) {
    std::size_t best = 0, window = static_cast<std::size_t>(-1);
    for_each(sizes(s), [&](std::size_t output, std::size_t input, bool first) {
      if (first && output != 0) visit(window, best);
      window = output;
      if (first || x[input] > x[best] || x[input] != x[input]) best = input;
    });
    visit(window, best);
  }
  /// Linear in the second operand, and piecewise constant in the first.
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    return tangents[1] ? at.result.builder->apply(*at.result.node().primitive, {at.operands[0], tangents[1]},
                                                  at.attributes)
                       : Value{};
  }
};

struct MaxPoolTangent : MaxPoolDerivative {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    if (s.operands[1] != s.operands[0]) error += join("pools ", s.operands[0], " along ", s.operands[1]);
    return {pooled(s, error)};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for_each_picked(s, operands[0],
                    [&](std::size_t output, std::size_t input) { result[output] = operands[1][input]; });
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
};

struct MaxPoolAdjoint : MaxPoolDerivative {
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const Extents result = pooled(s, error);
    if (s.operands[1] != result) error += join("spreads ", s.operands[1], " over windows ", result);
    return {s.operands[0]};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each_picked(s, operands[0],
                    [&](std::size_t output, std::size_t input) { result[input] += operands[1][output]; });
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
};

struct MaxPool : Pooling {
  static constexpr ResultType shape(const Signature& s, Text& error) { return {pooled(s, error)}; }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for_each(sizes(s), [&](std::size_t output, std::size_t input, bool first) {
      const T number = operands[0][input];
      result[output] = first ? number : Maximum::value(number, result[output]);
    });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents);
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
};

/// Padding counts as zeros, and every window is divided by its whole area, as PyTorch does.
struct AveragePool : Pooling {
  static constexpr ResultType shape(const Signature& s, Text& error) { return {pooled(s, error)}; }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const T share = T(1) / static_cast<T>(sizes(s).window.area());
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each(sizes(s), [&](std::size_t output, std::size_t input, bool) {
      result[output] += operands[0][input] * share;
    });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents);
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
};

struct AveragePoolAdjoint : Pooling {
  static constexpr ResultType shape(const Signature& s, Text&) {
    return {{s.operands[0][0], s.operands[0][1], s.attributes.integers[9], s.attributes.integers[10]}};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const T share = T(1) / static_cast<T>(sizes(s).window.area());
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each(sizes(s), [&](std::size_t output, std::size_t input, bool) {
      result[input] += operands[0][output] * share;
    });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents);
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive max_pool = describe<detail::MaxPool>("max_pool", Kind::reduction);
inline constexpr Primitive max_pool_tangent =
    describe<detail::MaxPoolTangent>("max_pool_tangent", Kind::reduction);
inline constexpr Primitive max_pool_adjoint =
    describe<detail::MaxPoolAdjoint>("max_pool_adjoint", Kind::reduction);
inline constexpr Primitive average_pool = describe<detail::AveragePool>("average_pool", Kind::reduction);
inline constexpr Primitive average_pool_adjoint =
    describe<detail::AveragePoolAdjoint>("average_pool_adjoint", Kind::reduction);
}  // namespace primitive
template <>
struct Definition<&primitive::max_pool> : detail::MaxPool {};
template <>
struct Definition<&primitive::max_pool_tangent> : detail::MaxPoolTangent {};
template <>
struct Definition<&primitive::max_pool_adjoint> : detail::MaxPoolAdjoint {};
template <>
struct Definition<&primitive::average_pool> : detail::AveragePool {};
template <>
struct Definition<&primitive::average_pool_adjoint> : detail::AveragePoolAdjoint {};

namespace detail {
constexpr Value pool(const Primitive& primitive, Value x, const Window& window) {
  return x.builder->apply(primitive, {x},
                          ConvolutionForm::attributes(window, 1, Pair{x.shape()[2], x.shape()[3]}));
}
}  // namespace detail

/// Pooling of x [batch, channels, height, width]; the window must fit.
constexpr Value max_pool(Value x, const Window& window) {
  return detail::pool(primitive::max_pool, x, window);
}
constexpr Value average_pool(Value x, const Window& window) {
  return detail::pool(primitive::average_pool, x, window);
}

namespace detail {

constexpr Value MaxPool::tangent(const Application& at, std::span<const Value> tangents) {
  return tangents[0].builder->apply(primitive::max_pool_tangent, {at.operands[0], tangents[0]},
                                    at.attributes);
}
constexpr void MaxPool::adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
  adjoints[0] =
      upstream.builder->apply(primitive::max_pool_adjoint, {at.operands[0], upstream}, at.attributes);
}
constexpr void MaxPoolTangent::adjoint(const Application& at, const Value& upstream,
                                       std::span<Value> adjoints) {
  adjoints[1] =
      upstream.builder->apply(primitive::max_pool_adjoint, {at.operands[0], upstream}, at.attributes);
}
constexpr void MaxPoolAdjoint::adjoint(const Application& at, const Value& upstream,
                                       std::span<Value> adjoints) {
  adjoints[1] =
      upstream.builder->apply(primitive::max_pool_tangent, {at.operands[0], upstream}, at.attributes);
}

constexpr Value AveragePool::tangent(const Application& at, std::span<const Value> tangents) {
  return tangents[0].builder->apply(primitive::average_pool, {tangents[0]}, at.attributes);
}
constexpr void AveragePool::adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
  adjoints[0] = upstream.builder->apply(primitive::average_pool_adjoint, {upstream}, at.attributes);
}
constexpr Value AveragePoolAdjoint::tangent(const Application& at, std::span<const Value> tangents) {
  return tangents[0].builder->apply(primitive::average_pool_adjoint, {tangents[0]}, at.attributes);
}
constexpr void AveragePoolAdjoint::adjoint(const Application& at, const Value& upstream,
                                           std::span<Value> adjoints) {
  adjoints[0] = upstream.builder->apply(primitive::average_pool, {upstream}, at.attributes);
}

}  // namespace detail
}  // namespace ctnn
