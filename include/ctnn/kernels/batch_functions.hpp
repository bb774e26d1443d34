#pragma once
#include <ctnn/kernels/elementary.hpp>

namespace ctnn::scalar {

/// What `scalar` has for numbers, for batches.
template <class B>
requires(kernels::lanes<B> > 1) struct BatchFunctions<B> {
#define CTNN_BATCH_FUNCTION(name, from) \
  static B name(const B& x) {           \
    return from::name(x);               \
  }
  CTNN_BATCH_FUNCTION(exp, kernels::elementary)
  CTNN_BATCH_FUNCTION(exp2, kernels::elementary)
  CTNN_BATCH_FUNCTION(expm1, kernels::elementary)
  CTNN_BATCH_FUNCTION(sqrt, xsimd)
  CTNN_BATCH_FUNCTION(cbrt, kernels::elementary)
  CTNN_BATCH_FUNCTION(sin, xsimd)
  CTNN_BATCH_FUNCTION(cos, xsimd)
  CTNN_BATCH_FUNCTION(tan, xsimd)
  CTNN_BATCH_FUNCTION(asin, xsimd)
  CTNN_BATCH_FUNCTION(acos, xsimd)
  CTNN_BATCH_FUNCTION(atan, xsimd)
  CTNN_BATCH_FUNCTION(sinh, xsimd)
  CTNN_BATCH_FUNCTION(cosh, xsimd)
  CTNN_BATCH_FUNCTION(tanh, kernels::elementary)
  CTNN_BATCH_FUNCTION(asinh, xsimd)
  CTNN_BATCH_FUNCTION(atanh, xsimd)
  CTNN_BATCH_FUNCTION(erf, kernels::elementary)
  CTNN_BATCH_FUNCTION(erfc, kernels::elementary)
  CTNN_BATCH_FUNCTION(floor, xsimd)
#undef CTNN_BATCH_FUNCTION

  static B log(const B& x) {
    return kernels::elementary::of_subnormal(
        x, [](const B& y) { return xsimd::log(y); }, 0x1.62e42fefa39efp+5);
  }
  static B log2(const B& x) {
    return kernels::elementary::of_subnormal(
        x, [](const B& y) { return xsimd::log2(y); }, 64);
  }
  static B log10(const B& x) {
    return kernels::elementary::of_subnormal(
        x, [](const B& y) { return xsimd::log10(y); }, 0x1.34413509f79ffp+4);
  }
  static B log1p(const B& x) {
    return select(x == B(0.0f), x, xsimd::log1p(x));
  }

  static B acosh(const B& x) {
    return select(x < B(1.0f), B(std::numeric_limits<typename B::value_type>::quiet_NaN()), xsimd::acosh(x));
  }
  static B atan2(const B& y, const B& x) {
    return kernels::elementary::atan2(y, x);
  }
  static B hypot(const B& x, const B& y) {
    return kernels::elementary::hypot(x, y);
  }
  static B pow(const B& x, const B& y) {
    return kernels::elementary::pow(x, y);
  }

  static B lgamma(const B& x) {
    if constexpr (kernels::elementary::is_wide<B>)
      return in_double(x, [](const auto& y) { return detail::log_gamma(y); });
    else
      return kernels::elementary::by_lane([](auto y) { return std::lgamma(y); }, x);
  }

  /// f in double precision, for functions that have no algorithm in float.
  static B in_double(const B& x, auto f) {
    if constexpr (kernels::elementary::in_float<B>)
      return kernels::elementary::through_double(x, f);
    else
      return f(x);
  }

  static B multiply_add(const B& x, const B& y, const B& z) {
    return kernels::fused_multiply_add(x, y, z);
  }
  static DoubleWord<B> exact_product(const B& x, const B& y) {
    return kernels::elementary::exact_product(x, y);
  }
  static DoubleWord<B> log_in_two_words(const B& x) {
    return kernels::elementary::log_in_two_words(x);
  }
};

}  // namespace ctnn::scalar
