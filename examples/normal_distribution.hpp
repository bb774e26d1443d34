#pragma once
#include <ctnn/layers.hpp>
#include <ctnn/ops.hpp>
#include <numbers>

/// An elementwise primitive of one's own: the normal distribution function, and a layer that uses it.
namespace own {

struct NormalDistribution {
  static constexpr std::string_view name = "own::normal_distribution";
  static constexpr std::size_t arity = 1;
  // Much more work than a load: an adjoint that needs it again reads it back.
  static constexpr std::size_t operations = ctnn::scalar::operations::erfc + 2;

  // T is float, double or a SIMD batch of them. Φ(x) has all its digits where x is far below 0, too.
  template <class T>
  static constexpr T value(const T& x) {
    return T(0.5f) * ctnn::scalar::erfc(T(x * ctnn::scalar::constant<T>(-std::numbers::sqrt2 / 2)));
  }

  // u times the derivative, e^(-x² / 2) / sqrt(2π).
  static constexpr ctnn::Value derivative(const ctnn::Application& at, std::size_t, ctnn::Value u) {
    const ctnn::Value x = at.operands[0];
    return u * (std::numbers::inv_sqrtpi / std::numbers::sqrt2 * exp(-0.5 * (x * x)));
  }
};

inline constexpr ctnn::Primitive normal_distribution = ctnn::elementwise_primitive<NormalDistribution>();

constexpr ctnn::Value phi(ctnn::Value x) {
  return ctnn::apply_elementwise(normal_distribution, {x});
}

/// x Φ(x): PyTorch's GELU. (Hendrycks and Gimpel, 2016.)
struct Gelu {
  static constexpr ctnn::Value lower(ctnn::Builder&, ctnn::Value x) { return x * phi(x); }
};

}  // namespace own

template <>
struct ctnn::Definition<&own::normal_distribution> : own::NormalDistribution {};
